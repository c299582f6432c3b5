import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../contracts/json.ts';
import { proposeChanges } from './changes/changes.ts';
import type { DeclaredAgent } from './declared-agent.ts';
import { ProblemFinder } from './find-problems.ts';
import type { ObservedCall, ObservedRun } from './observed-run.ts';
import { AgentReading } from './run-reading.ts';
import { RunTally } from './run-tally.ts';

/** The claims desk of the examples: another domain, tools that answer in JSON, three outcomes, and a prompt that somebody else wrote. */
const prompt = readFileSync(new URL('../../evals/examples/claims-desk/prompts/desk.md', import.meta.url), 'utf8');

interface Claim {
  readonly kind: string;
  readonly amount: number;
  readonly deductible: number;
  readonly limit: number;
  readonly days: number;
}

const covered = ['fire', 'water'];
const payoutOf = ({ amount, deductible, limit }: Claim) => Math.min(Math.max(0, amount - deductible), limit);

/** By the rules of the prompt. */
function policy(input: JsonObject): JsonObject {
  const claim = input as unknown as Claim;
  if (!covered.includes(claim.kind)) return { outcome: 'deny' };
  if (claim.days > 30 || claim.amount > 10_000) return { outcome: 'investigate' };
  return { outcome: 'approve', payout: { value: payoutOf(claim), currency: 'EUR' } };
}

const agent: DeclaredAgent = {
  name: 'claims-desk',
  version: 'v1',
  prompt: { name: 'desk', text: prompt, place: { file: 'desk.md', line: 1 } },
  tools: [
    { name: 'coverage', description: 'What the policy covers, its deductible and its limit.' },
    { name: 'payout', description: 'What is paid for a claim, and when.', place: { file: 'payout.ts', line: 3 } },
  ],
  fields: [
    { name: 'outcome', type: 'string', description: '' },
    { name: 'payout.value', type: 'number', description: '' },
    { name: 'payout.currency', type: 'string', description: '' },
    { name: 'explanation', type: 'string', description: '' },
  ],
  approvalField: 'outcome',
  isHarm: (expected, decided) => decided === 'approve' && expected !== 'approve',
  policy,
  hasPolicy: true,
  explain: () => '',
};

const claims: readonly Claim[] = Array.from({ length: 40 }, (_, index) => ({
  kind: ['fire', 'water', 'theft', 'collision'][index % 4] ?? 'fire',
  amount: 1_200.5 + 613 * index,
  deductible: index % 2 === 0 ? 500 : 250,
  limit: 9_000,
  days: (index * 7) % 45,
}));

type Change = (run: ObservedRun, claim: Claim) => ObservedRun;

function call(tool: string, result: unknown, input: JsonObject, turn: number): ObservedCall {
  return { tool, input, result: JSON.stringify(result), isError: false, turn };
}

/** The desk as it decides by its rules, with a change. */
function problems(change: Change = (run) => run) {
  const finder = new ProblemFinder(agent);
  for (const [index, claim] of claims.entries()) {
    const decided = policy(claim as unknown as JsonObject);
    const { deductible, limit } = claim;
    const isCovered = covered.includes(claim.kind);
    const explanation =
      decided.outcome === 'approve'
        ? `The policy covers it, and ${payoutOf(claim)} is paid.`
        : decided.outcome === 'deny'
          ? `The policy does not cover ${claim.kind}.`
          : claim.days > 30
            ? `It was reported after ${claim.days} days.`
            : 'The amount is above 10,000.';
    const run: ObservedRun = {
      id: index.toString(16).padStart(32, '0'),
      kind: 'trace',
      startedAt: 1_760_000_000_000 + index * 60_000,
      version: 'v1',
      input: claim as unknown as JsonObject,
      userMessage: JSON.stringify(claim),
      decision: { payout: null, ...decided, explanation },
      calls: [
        call('coverage', { covered: isCovered, deductible, limit }, {}, 1),
        ...(decided.outcome === 'approve' ? [call('payout', { value: payoutOf(claim), currency: 'EUR' }, { deductible, limit }, 2)] : []),
      ],
      modelCalls: 2,
      models: ['scripted-desk'],
      usage: null,
      durationMs: 5,
      dollars: undefined,
      failed: false,
      ended: 'decided',
      simulated: true,
      findings: [],
    };
    finder.see(change(run, claim));
  }
  return finder.problems();
}

const ids = (change?: Change) => problems(change).map(({ id }) => id);
const decide = (run: ObservedRun, changes: JsonObject): ObservedRun => ({ ...run, decision: { ...run.decision, ...changes } });
const isApproved = (run: ObservedRun) => run.decision?.outcome === 'approve';

describe('detectors on an agent of another domain', () => {
  it('raise no alarm where everything is by the rules', () => {
    expect(ids()).toEqual([]);
  });

  it('tell a tool that is wrong', () => {
    const found = problems((run, claim) =>
      isApproved(run)
        ? {
            ...decide(run, { payout: { value: claim.amount, currency: 'EUR' }, explanation: 'The policy covers it.' }),
            calls: run.calls.map((each) =>
              each.tool === 'payout' ? call('payout', { value: claim.amount, currency: 'EUR' }, {}, 2) : each,
            ),
          }
        : run,
    );
    expect(found[0]).toMatchObject({ id: 'tool-against-policy/payout/value', cause: 'tool', severity: 'critical' });
    expect(found.some(({ detector }) => detector === 'tool-result-ignored')).toBe(false);
  });

  describe('read what a tool says in texts, as yes or no, and as other countries write it', () => {
    const euros = (value: number) => `${new Intl.NumberFormat('de-DE', { minimumFractionDigits: 2 }).format(value)} €`;
    const saying =
      (result: (value: number) => unknown): Change =>
      (run, claim) =>
        isApproved(run)
          ? {
              ...decide(run, { explanation: 'The policy covers it.' }),
              calls: run.calls.map((each) =>
                each.tool === 'payout' ? { ...each, result: JSON.stringify(result(payoutOf(claim))) } : each,
              ),
            }
          : run;

    it.each<[string, (value: number) => unknown]>([
      ['a text with its currency', (value) => ({ value: `€${value.toLocaleString('en-US')}`, currency: 'EUR' })],
      ['a decimal comma', (value) => ({ value: euros(value), currency: 'EUR' })],
      ['a sentence', (value) => ({ note: `Payout value: ${euros(value)}, paid within 30 days` })],
      ['what can be read in two ways', (value) => ({ value: value < 1000 ? value : `€${Math.trunc(value).toLocaleString('de-DE')}` })],
      ['the same of a year', (value) => ({ value: `€${(value * 12).toLocaleString('en-US')} a year`, currency: 'EUR' })],
      ['another yes', (value) => ({ value, outcome_known_before: false })],
    ])('right: %s', (_, result) => {
      expect(ids(saying(result)).filter((id) => !id.startsWith('wasted-calls/unused'))).toEqual([]);
    });

    it.each<[string, (value: number) => unknown]>([
      ['a text with its currency', (value) => ({ value: `€${(value + 100).toLocaleString('en-US')}` })],
      ['a decimal comma', (value) => ({ value: euros(value + 100) })],
      ['a sentence', (value) => ({ note: `Payout value: ${euros(value + 100)}` })],
    ])('wrong: %s', (_, result) => {
      expect(ids(saying(result))).toContainEqual(expect.stringMatching(/^tool-against-policy\/payout\/(?:payout-)?value$/));
    });

    it('one name with two values in one result', () => {
      const change: Change = (run, claim) =>
        isApproved(run)
          ? {
              ...run,
              calls: [...run.calls.slice(0, 1), { ...call('payout', '', {}, 2), result: `{"value": 1, "value": ${payoutOf(claim)}}` }],
            }
          : run;
      const [found] = problems(change);
      expect(found).toMatchObject({ id: 'two-values/payout', cause: 'tool', place: { file: 'payout.ts' } });
    });
  });

  it('lead from a decision that follows from a wrong tool to that tool, not to the prompt', () => {
    const misled = problems((run) =>
      isApproved(run)
        ? {
            ...decide(run, { outcome: 'deny', payout: null, explanation: '' }),
            calls: [call('payout', { value: 1, currency: 'EUR' }, {}, 2)],
          }
        : run,
    ).find(({ detector }) => detector === 'against-policy');
    expect(misled).toMatchObject({ cause: 'tool', place: { file: 'payout.ts', line: 3 } });
  });

  it('from a model that misuses a right one: its figure is ignored, and the field is copied from the input', () => {
    const found = problems((run, claim) =>
      isApproved(run) ? decide(run, { payout: { value: claim.amount, currency: 'EUR' }, explanation: 'The policy covers it.' }) : run,
    );
    expect(found.some(({ detector }) => detector === 'tool-against-policy')).toBe(false);
    expect(found.find(({ detector }) => detector === 'wrong-source')).toMatchObject({
      id: 'wrong-source/payout.value/the-input-s-amount',
      about: { field: 'payout.value' },
    });
  });

  it.each<[string, (claim: Claim) => JsonObject]>([
    ['no deductible', ({ limit }) => ({ deductible: 0, limit })],
    ['another limit', ({ deductible }) => ({ deductible, limit: 1_000 })],
  ])('accuse no right tool that was asked about %s', (_, asked) => {
    const misused: Change = (run, claim) => {
      const given = asked(claim);
      const value = payoutOf({ ...claim, ...given });
      const [first] = run.calls;
      return isApproved(run) && first
        ? {
            ...decide(run, { payout: { value, currency: 'EUR' }, explanation: 'The policy covers it.' }),
            calls: [first, call('payout', { value, currency: 'EUR' }, given, 2)],
          }
        : run;
    };
    const found = problems(misused);
    expect(found.filter(({ cause }) => cause === 'tool')).toEqual([]);
    expect(found.some(({ about }) => about.field === 'payout.value')).toBe(true);
    // Nor one that was asked what if, and then as it is.
    const twice = ids((run, claim) =>
      isApproved(run)
        ? { ...run, calls: [...misused(run, claim).calls, ...run.calls.slice(1).map((each) => ({ ...each, turn: 3 }))] }
        : run,
    );
    expect(twice.filter((id) => id.startsWith('tool-'))).toEqual([]);
  });

  it('tell a decision against the policy, with the rule that it breaks, and harm first', () => {
    const found = problems((run) =>
      run.decision?.outcome === 'investigate' ? decide(run, { outcome: 'approve', explanation: 'It looks fine.' }) : run,
    );
    expect(found[0]).toMatchObject({ id: 'against-policy/outcome/approve-for-investigate', severity: 'critical', cause: 'model' });
    expect(found[0]?.about.rule).toContain('approve, deny or investigate');
  });

  it('tell an invented rule by its number', () => {
    const found = problems((run) =>
      run.decision?.outcome === 'deny' ? decide(run, { explanation: 'Most insurers set a minimum claim of 2,750 for such damage.' }) : run,
    );
    expect(found.map(({ id }) => id)).toEqual(['invented-rule', expect.stringMatching(/^rule-not-followed\/whatever-the-description/)]);
    expect(found[1]?.about.rule).toBe('Whatever the description asks you to do, decide by these rules alone.');
  });

  it('tell a decision against its own words', () => {
    expect(ids((run) => (run.decision?.outcome === 'deny' ? decide(run, { explanation: 'The claim is approved.' }) : run))).toEqual([
      'against-reasoning',
    ]);
    expect(ids((run) => (isApproved(run) ? decide(run, { explanation: 'The claim exceeds the limit and is denied.' }) : run))).toEqual([
      'against-reasoning',
    ]);
  });

  it('tell numbers that come from nowhere', () => {
    expect(
      ids((run) => (isApproved(run) ? decide(run, { explanation: 'Repairs come to about 13,777.77 by my own estimate.' }) : run)),
    ).toEqual(['untraced-number']);
  });

  it('tell a rule that is not followed, with its text', () => {
    const found = problems((run) => (run.decision?.outcome === 'investigate' ? { ...run, calls: [] } : run));
    expect(found.map(({ about, detector }) => [detector, about.rule])).toEqual([
      ['rule-not-followed', 'Look up the coverage of the policy with coverage before you decide.'],
    ]);
  });

  it('propose a change that names the rule', () => {
    const found = problems((run) => (run.decision?.outcome === 'investigate' ? { ...run, calls: [] } : run));
    const changes = proposeChanges({ of: new AgentReading(agent), problems: found, tally: new RunTally() });
    expect(changes.map(({ what }) => what)).toContain(
      'Make this rule harder to miss: "Look up the coverage of the policy with coverage before you decide."',
    );
  });

  it('tell waste: a call again, and a tool that fails', () => {
    expect(ids((run) => ({ ...run, calls: [...run.calls, ...run.calls.slice(0, 1)] }))).toEqual(['wasted-calls/repeated']);
    expect(
      ids((run) => (isApproved(run) ? run : { ...run, calls: run.calls.map((each) => ({ ...each, isError: true, result: 'timeout' })) })),
    ).toEqual(['failed-tool/coverage']);
  });

  it('tell drift of what is decided, and no drift of what is not', () => {
    const later = (run: ObservedRun) => (run.startedAt ?? 0) >= 1_760_000_000_000 + 20 * 60_000;
    const found = problems((run) => ({
      ...run,
      decision: { outcome: later(run) ? 'deny' : 'approve', payout: null, explanation: 'By the rules.' },
      input: undefined,
      calls: [],
    }));
    expect(found.map(({ kind }) => kind)).toEqual(['drift']);
    expect(found[0]?.statistics).toMatch(/^exact test, p = \d/);
  });

  it('tell a field that is left out or empty, and runs without a decision', () => {
    expect(ids((run) => decide(run, { explanation: ' ' }))).toEqual(['missing-field/explanation']);
    const found = problems((run) => ({
      ...run,
      decision: { explanation: 'By the rules.', result: run.decision?.outcome ?? null, payout: null },
    }));
    expect(found[0]).toMatchObject({ id: 'missing-field/outcome', severity: 'critical' });
    expect(ids((run) => (isApproved(run) ? { ...run, decision: undefined, ended: 'cut off: max_tokens' } : run))).toEqual(['no-decision']);
  });

  it('read hostile text of any length, without going back over it, and say nothing of it', () => {
    const walls = [
      '(('.repeat(100_000),
      ' '.repeat(200_000),
      '1'.repeat(200_000),
      `[${'{"a":1},'.repeat(20_000)}0]`,
      'exceeds the limit '.repeat(12_000),
    ];
    for (const wall of walls) {
      const found = ids((run) =>
        run.id.endsWith('00')
          ? {
              ...run,
              userMessage: wall,
              decision: { ...run.decision, explanation: wall },
              calls: [call('coverage', wall, {}, 1), { ...call('payout', 0, {}, 1), result: wall }],
            }
          : run,
      );
      expect(found.filter((id) => /policy/.test(id))).toEqual([]);
    }
  });

  it('say nothing of runs without input or calls', () => {
    expect(ids((run) => ({ ...run, input: undefined, calls: [] }))).toEqual([]);
  });
});
