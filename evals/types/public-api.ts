/** What the public API accepts and gives, as the compiler sees it. Nothing runs: `npm run typecheck` fails where a line that has to be wrong compiles. */
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import {
  type Agent,
  budget,
  type CaseScorer,
  commandAgent,
  createGate,
  type DocketConfig,
  defineAgent,
  defineConfig,
  expectedDecision,
  functionAgent,
  type GateStep,
  httpAgent,
  type Outcome,
  type PromptTrialScorer,
  type Score,
  type Scorer,
  type SettledOutcome,
  type ToolVariant,
  type TrialScorer,
  trajectory,
} from '../../src/index.ts';

interface Parcel {
  weight: number;
}
interface Answer {
  accepted: boolean;
}
declare const variant: ToolVariant<Parcel, Answer>;
const definition = {
  name: 'clerk',
  input: z.object({ weight: z.number() }),
  prompts: { p: 'Decide.' },
  toolVariants: { t: variant },
  versions: { v1: { prompt: 'p', toolVariant: 't', model: 'm' } },
  userMessage: { source: import.meta.url, render: ({ weight }: Parcel) => `${weight}` },
  scorers: [expectedDecision({ approvalField: 'accepted' }), budget({ maxDollars: 1 }), trajectory({ required: [] })],
} as const;

export const agent = defineAgent<Parcel, Answer>({ ...definition, policy: ({ weight }) => ({ accepted: weight < 10 }) });
expectTypeOf(agent).toEqualTypeOf<Agent>();

// @ts-expect-error the policy decides a field that the agent does not
defineAgent<Parcel, Answer>({ ...definition, policy: () => ({ approved: true }) });
// @ts-expect-error the policy reads a field that the input does not have
defineAgent<Parcel, Answer>({ ...definition, policy: ({ size }) => ({ accepted: size < 10 }) });
// @ts-expect-error no version can do without a model
defineAgent<Parcel, Answer>({ ...definition, versions: { v1: { prompt: 'p', toolVariant: 't' } } });

const asked = {
  name: 'clerk',
  source: import.meta.url,
  input: definition.input,
  decision: z.object({ accepted: z.boolean() }),
  scorers: [],
} as const;
expectTypeOf(functionAgent({ ...asked, run: async ({ weight }) => ({ decision: { accepted: weight < 10 } }) })).toEqualTypeOf<Agent>();
// @ts-expect-error a decision has the fields of its schema
functionAgent({ ...asked, run: async () => ({ decision: { approved: true } }) });
// @ts-expect-error the function reads a field that the input does not have
functionAgent({ ...asked, run: async ({ size }) => ({ decision: { accepted: size < 10 } }) });

const run = { ...asked, reads: [] } as const;
expectTypeOf(
  commandAgent({ ...run, command: ['python', 'clerk.py'], stdin: ({ weight }) => `${weight}`, read: /a/ }),
).toEqualTypeOf<Agent>();
// @ts-expect-error a command is a program and its arguments, and no line for a shell
commandAgent({ ...run, command: 'python clerk.py' });
// @ts-expect-error there is no such way to read
commandAgent({ ...run, command: ['clerk'], read: { path: 'result' } });
expectTypeOf(httpAgent({ ...asked, url: 'https://clerk.test', request: { path: ({ weight }) => `/${weight}` } })).toEqualTypeOf<Agent>();
// @ts-expect-error a key is named, and never given
httpAgent({ ...asked, url: 'https://clerk.test', auth: { header: 'authorization', value: 'secret' } });
httpAgent({ ...asked, url: '/decide', serve: { command: ['uv', 'run', 'clerk.py'], ready: '/health' }, reads: [] });
httpAgent({ ...asked, url: 'https://clerk.test', versionFrom: { path: '/info', field: 'build.commit' } });
// @ts-expect-error a server says its version somewhere
httpAgent({ ...asked, url: 'https://clerk.test', versionFrom: { field: 'commit' } });
const factors = { prompt: ['prompts/**'], tools: 'tools', model: { environment: 'MODEL' } };
commandAgent({ ...run, command: ['clerk'], setup: ['uv', 'sync'], versions: { v1: { factors } } });
// @ts-expect-error a variable is named by "environment"
commandAgent({ ...run, command: ['clerk'], versions: { v1: { factors: { model: { env: 'MODEL' } } } } });

expectTypeOf(defineConfig({ agent, cases: 'cases', current: 'v1' })).toEqualTypeOf<DocketConfig>();
// @ts-expect-error which version is deployed has to be said
defineConfig({ agent, cases: 'cases' });
// @ts-expect-error a misspelt setting is no setting
defineConfig({ agent, cases: 'cases', current: 'v1', trails: 3 });

expectTypeOf(expectedDecision).returns.toExtend<TrialScorer>();
expectTypeOf(expectedDecision).returns.toEqualTypeOf<PromptTrialScorer>();
// @ts-expect-error a field is no number
expectedDecision({ approvalField: 3 });
defineAgent<Parcel, Answer>({
  ...definition,
  compare: { fee: 'money', 'items.*.price': { tolerance: 1 }, note: (one, other) => one === other },
});
// @ts-expect-error there is no such comparator
defineAgent<Parcel, Answer>({ ...definition, compare: { fee: 'almost' } });
expectTypeOf<Scorer>().toEqualTypeOf<TrialScorer | CaseScorer>();
expectTypeOf<TrialScorer['score']>().returns.toEqualTypeOf<Score | undefined | Promise<Score | undefined>>();
export const late: TrialScorer = { scope: 'trial', name: 'late', score: async (_, { signal }) => (signal.aborted ? undefined : undefined) };
// @ts-expect-error nor is a promise of one
export const lateBare: TrialScorer = { scope: 'trial', name: 'late', score: async () => true };
// @ts-expect-error neither is a yes
export const bare: TrialScorer = { scope: 'trial', name: 'bare', score: () => true };

// The machinery's failures are no answer of the agent.
expectTypeOf<SettledOutcome>().toExtend<Outcome>();
expectTypeOf<Extract<SettledOutcome, { kind: 'infra-error' }>>().toBeNever();

expectTypeOf(createGate).returns.toHaveProperty('next');
expectTypeOf<GateStep>().not.toBeAny();
