import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../agent/config.ts';
import { type Agent, defineAgent } from '../../agent/define-agent.ts';
import type { Mutator } from '../../agent/mutator.ts';
import { fromJsonSchema } from '../../contracts/from-json-schema.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { type MutantResult, mutationReportSchema } from '../../contracts/mutation.ts';
import type { MutationFamily } from '../../contracts/mutation-families.ts';
import { PriceBook } from '../../model/price-book.ts';
import type { Simulator } from '../../model/simulator.ts';
import { type ChangedResult, withToolResult } from '../../mutation/tools/tool-mutator.ts';
import { expectedDecision } from '../../scorers/expected-decision.ts';
import type { LoadedConfig } from '../load-config.ts';
import { openSession } from '../session.ts';
import { draftKillers } from './draft-killers.ts';
import { mutate } from './index.ts';

/** Of the code of these agents: what this test needs opens hundreds of files, which would be looked at as each trial ends. */
const source = new URL('../../text/figures.ts', import.meta.url).href;

/** Approves what its tool says is small, whatever its prompt says. */
const simulator: Simulator = {
  source,
  respond({ messages }) {
    const results = JSON.stringify(messages.slice(1));
    if (messages.length === 1) return { content: [{ type: 'tool_use', name: 'look_up', input: {} }], stopReason: 'tool_use' };
    const approved = Number(/amount is (\d+)/.exec(results)?.[1] ?? 1000) <= 30;
    return { content: [{ type: 'text', text: JSON.stringify({ approved }) }], stopReason: 'end_turn' };
  },
};

const decision: JsonObject = {
  type: 'object',
  properties: { approved: { type: 'boolean' } },
  required: ['approved'],
  additionalProperties: false,
};
const noArguments = { type: 'object' as const, properties: {}, additionalProperties: false };

function agentFor(input: z.ZodType<{ amount: number }>): Agent {
  return defineAgent<{ amount: number }, { approved: boolean }>({
    name: 'tiny',
    input,
    prompts: { plain: 'Look the amount up. Then decide.' },
    toolVariants: {
      plain: {
        definitions: [{ name: 'look_up', description: 'Looks the amount up.', input_schema: noArguments }],
        decisionJsonSchema: decision,
        decisionSchema: fromJsonSchema(decision) as z.ZodType<{ approved: boolean }>,
        tools: new Map([['look_up', { source, run: (_, { amount }) => `The amount is ${amount}.` }]]),
        inputSchemas: new Map([['look_up', fromJsonSchema(noArguments)]]),
      },
    },
    versions: { v1: { prompt: 'plain', toolVariant: 'plain', model: 'claude-haiku-4-5' } },
    userMessage: { source, render: () => 'Decide.' },
    policy: ({ amount }) => ({ approved: amount <= 30 }),
    scorers: [expectedDecision({ approvalField: 'approved' })],
    simulator,
  });
}

const finite = z.strictObject({ amount: z.int().min(0).max(40) });
const wide = z.strictObject({ amount: z.int().min(0).max(100_000) });

/** Says of some amounts that they are others. */
interface Miscounting {
  readonly what: string;
  readonly change: ChangedResult;
}
const miscounts = (what: string, wrong: (amount: number) => number): Miscounting => ({
  what,
  change: (_, { input }) => `The amount is ${wrong(Number(input.amount))}.`,
});
const counting = (name: string, ...faults: readonly Miscounting[]): Mutator => ({
  name,
  family: 'tools',
  source,
  plant: ({ version }) => faults.map(({ what, change }) => ({ what, version: withToolResult(version, 'look_up', change) })),
});

const known = counting(
  'known',
  miscounts('a thousand too much', (amount) => amount + 1000),
  miscounts('only of 30', (amount) => (amount === 30 ? 31 : amount)),
  miscounts('never, because no amount is over 40', (amount) => (amount > 40 ? 0 : amount)),
);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function project(agent: Agent, mutators: readonly Mutator[]): LoadedConfig {
  const root = mkdtempSync(join(tmpdir(), 'mutate-'));
  folders.push(root);
  mkdirSync(join(root, 'cases'));
  for (const amount of [5, 35]) {
    const label = {
      decision: { approved: amount <= 30 },
      source: 'human',
      rationale: 'Counted.',
      reviewers: [{ kind: 'human', name: 'r' }],
    };
    const content = { id: `amount-${amount}`, title: 'An amount', input: { amount }, label, origin: { kind: 'designed' } };
    writeFileSync(join(root, 'cases', `amount-${amount}.json`), JSON.stringify(content));
  }
  const config = parseConfig({ agent, cases: 'cases', current: 'v1', mutators }, 'docket.config.ts');
  writeFileSync(join(root, 'docket.config.ts'), '');
  return {
    ...config,
    agent: { ...agent, root },
    cases: join(root, 'cases'),
    prices: new PriceBook({}),
    store: join(root, '.docket', 'docket.db'),
    root,
    file: join(root, 'docket.config.ts'),
  };
}

async function tried(config: LoadedConfig, families?: readonly MutationFamily[], draft = false) {
  const session = await openSession({ config, mode: 'simulated', store: ':memory:', traces: 'none', environment: {}, warn: () => {} });
  try {
    const signal = new AbortController().signal;
    const ended = await mutate(session, { version: 'v1', trials: 5, fresh: false, signal, ...(families ? { families } : {}) });
    return { ...ended, drafts: draft ? draftKillers(session, ended.report.mutants) : [] };
  } finally {
    await session.close();
  }
}

const byId = (mutants: readonly MutantResult[], id: string) => {
  const found = mutants.find((each) => each.id === id);
  if (!found) throw new Error(`no mutant ${id} among ${mutants.map((each) => each.id).join(' | ')}`);
  return found;
};

test('faults whose fate is known meet it, the case that would kill a survivor is the border, and a second run tries nothing again', {
  tags: ['slow'],
}, async () => {
  const config = project(agentFor(finite), [known]);
  const { report, reused, files } = await tried(config);
  expect(reused).toBe(0);
  expect(files.map((file) => JSON.parse(readFileSync(file, 'utf8')))).toEqual([report]);
  expect(mutationReportSchema.parse(report)).toEqual(report);
  const { mutants } = report;
  expect(byId(mutants, 'tools/known: a thousand too much')).toMatchObject({
    fate: 'killed',
    end: 'regressed',
    cases: ['amount-5'],
    scorers: ['expected-decision'],
  });
  expect(byId(mutants, 'tools/known: only of 30')).toMatchObject({
    fate: 'survived',
    killer: { input: { amount: 30 }, decision: { approved: true }, kills: true },
  });
  expect(byId(mutants, 'tools/known: never, because no amount is over 40').fate).toBe('equivalent');
  // The simulator reads no prompt.
  for (const each of mutants.filter(({ family }) => family === 'prompt')) expect(each.fate).toBe('not-expressible');
  expect(byId(mutants, 'model/says-yes: approved is always true')).toMatchObject({ fate: 'killed', cases: ['amount-35'] });
  expect(byId(mutants, 'model/says-no: approved is always false')).toMatchObject({ fate: 'killed', cases: ['amount-5'] });
  // It says neither a number nor knows of slips; that it says much is seen by what it costs.
  expect(byId(mutants, 'model/slips: in 100 % of trials').fate).toBe('not-expressible');
  expect(byId(mutants, 'model/dear: fifty times the tokens').fate).toBe('survived');
  expect(byId(mutants, 'model/slow: two minutes a call').fate).toBe('survived');
  expect(byId(mutants, 'judge/label-flipped: amount-5')).toMatchObject({ fate: 'killed', cases: ['amount-5'] });
  expect(byId(mutants, 'judge/scorer-gutted: expected-decision').fate).toBe('killed');
  const count = (fate: string) => mutants.filter((each) => each.fate === fate).length;
  expect(report.score).toMatchObject({ killed: count('killed'), of: count('killed') + count('survived') });
  expect(report.lowerScore?.of).toBe(count('killed') + count('survived') + count('not-expressible'));
  expect([report.idleCases, report.idleScorers]).toEqual([[], []]);

  const again = await tried(config, undefined, true);
  expect(again.report).toEqual(report);
  expect(again.reused).toBe(mutants.length);
  expect(again.drafts.length).toBeGreaterThan(0);
  expect((await tried(config, undefined, true)).drafts).toEqual([]);
});

test('over more inputs than can be tried, what is never seen to differ survives, and one that is wrong at the border is found', {
  tags: ['slow'],
}, async () => {
  const mutators = [known];
  const { report } = await tried(project(agentFor(wide), mutators), ['tools']);
  expect(report.families).toEqual(['tools']);
  expect(byId(report.mutants, 'tools/known: only of 30').killer?.input).toEqual({ amount: 30 });
  expect(report.mutants.filter(({ fate }) => fate === 'equivalent')).toEqual([]);
});

test('a mutant that hangs is ended', { tags: ['slow'] }, async () => {
  const hanging = { what: 'never answers', change: () => new Promise<string>(() => {}) };
  const { report } = await tried(project(agentFor(finite), [counting('hanging', hanging)]), ['tools']);
  expect(byId(report.mutants, 'tools/hanging: never answers')).toMatchObject({ fate: 'killed', end: 'incomplete' });
});

test('a mutator that changes nothing is an error that names it, and so is one that fails', async () => {
  const agent = agentFor(finite);
  const plant = (mutator: Partial<Mutator>) => tried(project(agent, [{ ...known, ...mutator }]), ['tools']);
  await expect(plant({ name: 'idle', plant: ({ version }) => [{ what: 'here', version: { ...version } }] })).rejects.toThrow(
    'The mutator "idle" changed nothing ("here")',
  );
  await expect(plant({ name: 'idle', plant: () => [{ what: 'there' }] })).rejects.toThrow('The mutator "idle" changed nothing ("there")');
  await expect(
    plant({
      name: 'broken',
      plant() {
        throw new Error('no place');
      },
    }),
  ).rejects.toThrow('The mutator "broken" failed: no place');
  await expect(plant({ name: 'Not a name' })).rejects.toThrow('lower-case letters');
  const twice = known.plant;
  await expect(plant({ name: 'twice', plant: (place) => [...twice(place), ...twice(place)] })).rejects.toThrow('Two mutants are called');
});
