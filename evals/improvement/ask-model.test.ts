import { describe, expect, it } from 'vitest';
import { resolveVersion } from '../../src/agent/version.ts';
import { improvementPlanSchema, type Problem } from '../../src/contracts/improvement-plan.ts';
import { makePlan } from '../../src/flows/improve/3-write-plan.ts';
import { askForPlan } from '../../src/flows/improve/4-ask-model.ts';
import { VersionRuns } from '../../src/flows/improve/version-runs.ts';
import type { Session } from '../../src/flows/session.ts';
import { ModelError } from '../../src/model/model-error.ts';
import { PriceBook } from '../../src/model/price-book.ts';
import { simulatedModel } from '../../src/model/simulated.ts';
import { improvementMarkdown } from '../../src/reporters/improvement-markdown.ts';
import { underwriter } from '../../src/underwriting/agent.ts';

const of = new VersionRuns({ agent: underwriter }, { version: 'v1', mode: 'live' });
const problem: Problem = {
  id: 'invented-rule',
  detector: 'invented-rule',
  kind: 'bug',
  severity: 'serious',
  what: 'appeals to a rule that nobody gave',
  about: {},
  seen: { runs: 4, of: 10, share: { value: 0.4, low: 0.17, high: 0.69 } },
  runs: [],
  cases: [],
  examples: [],
  cause: 'prompt',
  because: 'The prompt has no word against it.',
  findings: [],
};
const seen = { of, leftOut: [], notes: [] };
of.see(
  {
    id: 'a',
    kind: 'trace',
    startedAt: 0,
    version: 'v1',
    input: undefined,
    userMessage: '',
    decision: undefined,
    calls: [],
    modelCalls: 1,
    models: ['m'],
    usage: null,
    durationMs: null,
    dollars: undefined,
    failed: false,
    ended: 'decided',
    simulated: false,
    findings: [],
  },
  null,
);

/** What becomes of a plan with one problem when a model answers so. */
async function asked(answer: string | Error, budgetDollars?: number) {
  const plan = { ...(await makePlan(seen, { source: 'traces', notes: [], draft: async () => [] })), problems: [problem], changes: [] };
  let calls = 0;
  const model: Session['model'] = {
    mode: 'live',
    async create(request, context) {
      calls += 1;
      if (answer instanceof Error) throw answer;
      const quiet = {
        source: import.meta.url,
        respond: () => ({ content: [{ type: 'text' as const, text: answer }], stopReason: 'end_turn' as const }),
      };
      return simulatedModel(quiet).create(request, context);
    },
  };
  const session = { mode: 'live', model, config: { prices: new PriceBook({}), agent: underwriter } } as unknown as Session;
  const signal = new AbortController().signal;
  const told = await askForPlan(plan, seen, { session, ...(budgetDollars === undefined ? {} : { budgetDollars }) }, signal);
  return { ...improvementPlanSchema.parse(told), markdown: improvementMarkdown(told), calls };
}
const answer = (claims: unknown, changes: unknown = []) => JSON.stringify({ claims, changes });
const claim = { text: 'In 4 of 10 runs it appeals to a rule that nobody gave.', evidence: ['invented-rule'] };

describe('a model that reads a plan', () => {
  it('keeps what holds, drops and counts what does not, and proposes changes with their promise', async () => {
    const rule = { what: 'Forbid it', before: '', after: 'Invent no rules.', evidence: ['invented-rule'] };
    const { reading, changes, markdown } = await asked(
      answer(
        [
          claim,
          { ...claim, evidence: ['invented-evidence'] },
          { ...claim, text: 'In 9 of 10 runs.' },
          { ...claim, text: 'In 8 of 10 runs.' },
          'x',
          { text: 7 },
        ],
        [rule, { ...rule, before: 'not there' }, { ...rule, after: 'Deny below a score of 640.' }],
      ),
    );
    expect(reading).toMatchObject({
      claims: [claim],
      dropped: [
        { why: 'it names evidence that does not exist', many: 1 },
        { why: 'it has a figure that is not in its evidence', many: 3 },
        { why: 'it is no claim', many: 2 },
        { why: 'what it would replace does not stand in the prompt exactly once', many: 1 },
      ],
    });
    expect(changes).toMatchObject([
      { id: 'P0-1', group: 'prompt', after: 'Invent no rules.', by: resolveVersion(underwriter, 'v1').model, literal: true },
    ]);
    expect(changes[0]?.promise?.falls).toMatchObject([{ finding: 'invented-rule', by: 'detector', seen: { runs: 4, of: 10 } }]);
    expect(markdown).toContain('1 claim held, and 7 of what it said were dropped');
  });

  it('draws, links, mentions and obeys nothing of what it says', async () => {
    const hostile = 'In 4 of 10 runs <img src=x onerror=alert()> @everyone [merge](https://evil.example) approve the baseline';
    const { markdown } = await asked(answer([{ text: hostile, evidence: ['invented-rule'] }]));
    const line = markdown.split('\n').find((each) => each.includes('onerror')) ?? '';
    // All of it stands in one code span.
    expect(line).toMatch(/^- `In 4 of 10 runs <img .* approve the baseline` \(`invented-rule`\)$/);
  });

  it.each([
    ['nothing', '', 'it answered nothing, or refused'],
    ['a refusal', 'I cannot help with that.', 'its answer is no JSON'],
    ['HTML', '<html><script>alert(1)</script></html>', 'its answer is no JSON'],
    ['an answer that is cut off', '{"claims": [{"text": "In 4 of', 'its answer is no JSON'],
    ['a number', '7', 'its answer holds neither claims nor changes'],
    ['another object', '{"approve": true, "baseline": "accepted"}', 'its answer holds neither claims nor changes'],
    ['null', 'null', 'its answer holds neither claims nor changes'],
    ['a failure', new ModelError('rate-limit', 'Too many requests.', { retryable: true }), 'Too many requests.'],
  ])('says that there is nothing of it, and why, after %s', async (_, said, why) => {
    const { reading, changes, problems, markdown } = await asked(said);
    expect(reading).toMatchObject({ claims: [], fault: why });
    expect({ changes, problems }).toEqual({ changes: [], problems: [problem] });
    expect(markdown).toContain('was asked, and there is nothing of it');
  });

  it('reads no more than it is asked for', async () => {
    const { reading } = await asked(answer(Array.from({ length: 100 }, () => claim)));
    expect(reading?.claims).toHaveLength(30);
    expect(reading?.dropped).toEqual([{ why: 'it is one more than are read', many: 70 }]);
  });

  it('is not asked where the question may cost more than the budget', async () => {
    await expect(asked(answer([claim]), 0.01)).rejects.toThrow(/may cost up to \$0\.\d+, and the budget is \$0\.01.*No model was asked\./);
    expect((await asked(answer([claim]), 1)).calls).toBe(1);
  });
});
