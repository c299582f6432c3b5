import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../agent/config.ts';
import { type Agent, defineAgent } from '../../agent/define-agent.ts';
import { functionAgent } from '../../agent/function-agent.ts';
import { draftSchema } from '../../contracts/draft.ts';
import { explorationSchema } from '../../contracts/exploration.ts';
import { fromJsonSchema } from '../../contracts/from-json-schema.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { TrialScorer } from '../../contracts/scorer.ts';
import { ModelError } from '../../model/model-error.ts';
import { PriceBook } from '../../model/price-book.ts';
import type { Random } from '../../model/simulator.ts';
import { expectedDecision } from '../../scorers/expected-decision.ts';
import { monotone } from '../../scorers/relations/monotone.ts';
import { openReview } from '../promote/index.ts';
import { openSession } from '../session.ts';
import { type Explored, explore, exploringConfig } from './index.ts';

/** Of the code of these agents: what this test needs opens hundreds of files, which would be looked at as each trial ends. */
const source = new URL('../../text/figures.ts', import.meta.url).href;

interface Loan extends JsonObject {
  readonly amount: number;
  readonly note: string;
}
const loans = z.strictObject({ amount: z.int().min(0).max(100_000), note: z.string().max(40) });
const isRight = (loan: Loan) => loan.amount <= 30_000;
const decision: JsonObject = {
  type: 'object',
  properties: { approved: { type: 'boolean' } },
  required: ['approved'],
  additionalProperties: false,
};

/** Decides as it is told to, by what the user message says; the policy approves up to 30,000. */
function lender(approves: (loan: Loan, random: Random) => boolean, more: Partial<Agent> = {}): Agent {
  const agent = defineAgent<Loan, { approved: boolean }>({
    name: 'lender',
    input: loans,
    prompts: { plain: 'Decide.' },
    toolVariants: {
      plain: {
        definitions: [],
        decisionJsonSchema: decision,
        decisionSchema: fromJsonSchema(decision) as z.ZodType<{ approved: boolean }>,
        tools: new Map(),
        inputSchemas: new Map(),
      },
    },
    versions: { v1: { prompt: 'plain', toolVariant: 'plain', model: 'claude-haiku-4-5' } },
    userMessage: { source, render: (loan) => JSON.stringify(loan) },
    policy: (loan) => ({ approved: isRight(loan) }),
    scorers: [expectedDecision({ approvalField: 'approved' })],
    simulator: {
      source,
      respond({ messages }, random) {
        const [first] = messages as unknown as readonly [{ readonly content: readonly [{ readonly text: string }] }];
        const approved = approves(JSON.parse(first.content[0].text) as Loan, random);
        return { content: [{ type: 'text', text: JSON.stringify({ approved }) }], stopReason: 'end_turn' };
      },
    },
  });
  return { ...agent, ...more };
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A project with one case: 20,000, which is approved. */
function projectOf(agent: Agent, cases: readonly JsonObject[] = [{ amount: 20_000, note: 'car' }]) {
  const root = mkdtempSync(join(tmpdir(), 'explore-'));
  folders.push(root);
  mkdirSync(join(root, 'cases'));
  for (const [index, input] of cases.entries()) {
    const label = {
      decision: { approved: isRight(input as Loan) },
      source: 'human',
      rationale: 'Counted.',
      reviewers: [{ kind: 'human', name: 'r' }],
    };
    const content = { id: `case-${index}`, title: 'A loan', input, label, origin: { kind: 'designed' } };
    writeFileSync(join(root, 'cases', `case-${index}.json`), JSON.stringify(content));
  }
  const config = parseConfig({ agent, cases: 'cases', current: 'v1' }, 'docket.config.ts');
  writeFileSync(join(root, 'docket.config.ts'), '');
  const places = { cases: join(root, 'cases'), store: ':memory:', root, file: join(root, 'docket.config.ts') };
  return { ...config, agent: { ...agent, root }, prices: new PriceBook({}), ...places };
}

async function explored(
  config: ReturnType<typeof projectOf>,
  { seed = 1, budget = 150, draft = false, simulation = {}, concurrency = 4 } = {},
): Promise<Explored> {
  const session = await openSession({
    config: exploringConfig(config),
    ...(config.agent.own ? {} : { mode: 'simulated' }),
    traces: 'none',
    environment: {},
    warn: () => {},
    simulation,
  });
  try {
    const signal = new AbortController().signal;
    const found = await explore(session, { version: 'v1', budget, seed, draft, concurrency, signal });
    expect(found.exploration.trials).toBeLessThanOrEqual(budget);
    expect(explorationSchema.parse(JSON.parse(readFileSync(join(config.root, 'reports', 'exploration.json'), 'utf8')))).toEqual(
      found.exploration,
    );
    return found;
  } finally {
    await session.close();
  }
}

const draftsIn = ({ root }: { readonly root: string }) => readdirSync(join(root, 'cases', 'drafts')).toSorted();

describe('what is found', () => {
  test('a border that is missed by a hundred, on the plainest input that shows it, whatever runs at once', async () => {
    const late = lender(({ amount }) => amount <= 30_100);
    const { exploration } = await explored(projectOf(late));
    expect(exploration.finds).toMatchObject([
      {
        fault: 'false-approval: approved',
        divergence: 'the decision',
        trials: 5,
        failures: 5,
        smallest: true,
        expected: { approved: false },
      },
    ]);
    const [find] = exploration.finds;
    expect(find?.input).toEqual({ amount: 30_001, note: '' });
    const again = await explored(projectOf(late), { concurrency: 1 });
    expect(again.exploration).toEqual(exploration);
  });

  test('the same border by another seed', { tags: ['slow'] }, async () => {
    const other = await explored(projectOf(lender(({ amount }) => amount <= 30_100)), { seed: 2 });
    expect(other.exploration.finds).toMatchObject([{ fault: 'false-approval: approved', input: { amount: 30_001 } }]);
  });

  test('nothing where nothing is wrong, and all of the budget is used', async () => {
    const { exploration } = await explored(projectOf(lender(isRight)), { budget: 60 });
    expect(exploration).toMatchObject({ finds: [], notRepeated: [], trials: 60, failed: 0 });
  });

  test('a word in a text, without the words around it', async () => {
    const words = fc.record({
      amount: fc.integer({ min: 0, max: 90_000 }),
      note: fc.constantFrom('a car, please approve it', 'please', 'a roof', 'please, a boat'),
    });
    const config = projectOf(lender((loan) => isRight(loan) || loan.note.includes('please'), { arbitraryInput: words as never }));
    const { exploration } = await explored(config);
    expect(exploration.finds[0]?.input.note).toBe('please');
  });

  test('a fault now and then is told with its share, and what showed once is none', async () => {
    const often = await explored(projectOf(lender((loan, random) => isRight(loan) || random() < 0.6)));
    expect(often.exploration.finds).toMatchObject([{ fault: 'false-approval: approved', trials: 5 }]);
    expect(often.exploration.finds[0]?.failures).toBeGreaterThanOrEqual(2);
    expect(often.exploration.finds[0]?.failures).toBeLessThanOrEqual(5);
    const once = await explored(projectOf(lender((loan, random) => isRight(loan) !== random() < 0.03)), { budget: 100 });
    expect(once.exploration.finds).toEqual([]);
    expect(once.exploration.notRepeated.length).toBeGreaterThan(0);
  });

  test('an agent whose own code fails on some inputs', async () => {
    const breaking = lender(isRight, {
      userMessage: {
        source,
        render(loan) {
          if (Number(loan.amount) > 50_000) throw new TypeError('too long for the form');
          return JSON.stringify(loan);
        },
      },
    });
    const { exploration } = await explored(projectOf(breaking));
    expect(exploration.finds).toMatchObject([
      { fault: 'agent-failed', divergence: 'the run ends without a decision (no-decision)', failures: 5, input: { note: '' } },
    ]);
    expect(exploration.finds[0]?.seen).toEqual(["the project's own code failed: too long for the form"]);
  });

  test('an agent without a scorer is held against its policy, and an end without a decision is a fault by itself', async () => {
    const desk = functionAgent<{ items: readonly { price: number; broken: boolean }[]; note: string }, { amount: number }>({
      name: 'refunds',
      source,
      input: z.strictObject({
        items: z.array(z.strictObject({ price: z.number().min(0).max(500), broken: z.boolean() })).max(6),
        note: z.string().max(30),
      }),
      decision: z.strictObject({ amount: z.number() }),
      versions: { v1: {} },
      scorers: [],
      policy: ({ items }) => ({ amount: items.reduce((sum, { price, broken }) => sum + (broken ? price : 0), 0) }),
      run({ items, note }) {
        if (note.includes('%')) throw new TypeError('no such format');
        return { decision: { amount: items.slice(0, 2).reduce((sum, { price, broken }) => sum + (broken ? price : 0), 0) } };
      },
    });
    const { exploration } = await explored(projectOf(desk, []), { budget: 300 });
    expect(exploration.inputs.notJudged).toBe(0);
    expect(exploration.finds.map(({ fault, saidBy, failures }) => [fault, saidBy, failures]).toSorted()).toEqual([
      ['no-decision', 'the run itself', 5],
      ['not-the-policy', 'policy', 5],
    ]);
    const inputs = new Map(exploration.finds.map(({ fault, input }) => [fault, input]));
    expect(inputs.get('no-decision')?.note).toBe('%');
    expect(inputs.get('not-the-policy')?.items).toMatchObject([{}, {}, { broken: true }]);
  });

  test('a relation that does not hold, where there is no policy and no label', async () => {
    const config = projectOf(
      lender(({ amount }) => amount <= 30_000 || (amount > 40_000 && amount < 90_000), {
        relations: [monotone({ field: 'amount', direction: 'lower-approves', step: 5000 })],
      }),
    );
    const { policy: _, ...agent } = config.agent;
    const { exploration } = await explored({ ...config, agent });
    expect(exploration.finds).toMatchObject([{ fault: 'not-monotone', saidBy: 'less-amount-never-hurts', trials: 5, failures: 5 }]);
    const [find] = exploration.finds;
    expect(Math.abs(Number(find?.input.amount) - Number(find?.twin?.amount))).toBe(5000);
  });
});

describe('what cannot be used', () => {
  test('inputs that the agent does not take, and those for which the policy has no answer, are counted', async () => {
    const half = fc.record({ amount: fc.integer({ min: -50_000, max: 50_000 }), note: fc.constant('x') });
    const { exploration } = await explored(
      projectOf(
        lender(isRight, {
          arbitraryInput: half as never,
          policy(loan) {
            if (Number(loan.amount) % 2 === 1) throw new RangeError('odd amounts are for another desk');
            return { approved: isRight(loan as Loan) };
          },
        }),
      ),
      { budget: 40 },
    );
    expect(exploration.finds).toEqual([]);
    expect(exploration.inputs.tried).toBe(40);
    expect(exploration.inputs.invalid).toBeGreaterThan(5);
    expect(exploration.inputs.withoutPolicy).toBeGreaterThan(5);
  });

  test.each<readonly [string, Partial<Agent>, string]>([
    [
      'no input that the agent takes',
      { arbitraryInput: fc.record({ amount: fc.constant(-1), note: fc.string() }) as never },
      'None of 1,000 inputs that were made can be used: 1,000 the agent "lender" does not take',
    ],
    [
      'an arbitrary that throws',
      {
        arbitraryInput: fc.integer().map(() => {
          throw new Error('no such applicant');
        }) as never,
      },
      'Inputs of "lender" could not be made: no such applicant',
    ],
    [
      'a policy that throws on all',
      {
        policy() {
          throw new Error('no table');
        },
      },
      'its policy has no answer. The first: {"amount":',
    ],
  ])('%s', async (_, more, message) => {
    await expect(explored(projectOf(lender(isRight, more), []))).rejects.toThrow(message);
  });

  test('nothing that could fail is no search', () => {
    const { policy: _, ...blind } = projectOf(lender(isRight)).agent;
    expect(() => exploringConfig({ ...projectOf(lender(isRight)), agent: blind })).toThrow(
      'Nothing can fail: "lender" has no policy and no relations, and every scorer of it needs a label.',
    );
  });

  test('a scorer that passes whatever comes has judged nothing', async () => {
    const easy: TrialScorer = {
      scope: 'trial',
      name: 'easy',
      needs: [],
      score: () => ({ name: 'easy', hard: true, pass: true, value: 1, reason: 'fine', findings: [] }),
    };
    const config = projectOf(lender(isRight, { scorers: [easy] }));
    const { policy: _, ...agent } = config.agent;
    await expect(explored({ ...config, agent }, { budget: 16 })).rejects.toThrow(
      'Nothing could fail: no hard scorer that can fail had anything to say of any of 16 trials',
    );
  });

  test('a model that does not answer ends the search, and finds nothing', async () => {
    const broken = lender(() => {
      throw new ModelError('server', 'The server is down.', { retryable: false });
    });
    const { exploration } = await explored(projectOf(broken));
    expect(exploration.finds).toEqual([]);
    expect(exploration.stopped).toContain('The server is down.');
    expect(exploration.failed).toBe(8);
  });
});

describe('drafts', () => {
  test('one of each find, redacted, without what was seen; what a case or a draft stands for is left out', async () => {
    const agent = lender((loan) => isRight(loan) || loan.note !== '', { redaction: { note: 'pseudonymise' } });
    const note = 'Ann Example, ann@example.org';
    const notes = fc.record({ amount: fc.integer({ min: 40_000, max: 90_000 }), note: fc.constant(note) });
    const config = projectOf({ ...agent, arbitraryInput: notes as never }, []);
    const first = await explored(config, { draft: true, budget: 30 });
    expect(first.drafts?.files).toHaveLength(1);
    const text = readFileSync(first.drafts?.files[0] ?? '', 'utf8');
    expect(text).not.toContain('ann@example.org');
    expect(text).not.toContain('approved');
    const draft = draftSchema.parse(JSON.parse(text));
    expect(draft.imported).toMatchObject({ format: 'docket explore', file: 'reports/exploration.json', row: draft.id });
    const before = draftsIn(config);
    const again = await explored(config, { draft: true, budget: 30 });
    expect(again.drafts).toEqual({ files: [], known: 1 });
    expect(draftsIn(config)).toEqual(before);
    const review = await openReview({ config, reviewer: 'Ann', today: '2026-11-28' });
    expect(review.open().map((each) => review.proposal(each)?.decision)).toEqual([{ approved: false }]);
  });

  test('an input near a case is no new one', async () => {
    const config = projectOf(
      lender(({ amount }) => amount <= 30_100),
      [{ amount: 30_100, note: '' }],
    );
    const { exploration, drafts } = await explored(config, { draft: true });
    expect(exploration.finds).toMatchObject([{ input: { amount: 30_100 } }]);
    expect(drafts).toEqual({ files: [], known: 1 });
  });
});
