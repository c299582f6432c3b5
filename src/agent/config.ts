import { z } from 'zod';
import { approvalSettings } from '../contracts/approval.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { configuredPricesSchema } from '../model/price-book.ts';
import { type Simulation, simulationSchema } from '../model/simulated.ts';
import { checkScorers } from './check-scorers.ts';
import type { Agent } from './define-agent.ts';
import { type Mutator, mutatorsSchema } from './mutator.ts';

/** What a model costs, in US dollars per million tokens; a kind of token without a price costs an amount that is not known. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Written to the prompt cache for five minutes, and for an hour. */
  readonly cacheWrite?: number;
  readonly cacheWriteHour?: number;
  readonly cacheRead?: number;
  /** What input and output cost where the prompt is longer; the cache's prices keep their relation to the input's. */
  readonly long?: { readonly promptTokens: number; readonly input: number; readonly output: number };
}

/** What `docket.config.ts` says. Paths are relative to that file. */
export interface DocketConfig {
  readonly agent: Agent;
  /** Folder of the case files. */
  readonly cases: string;
  /** The version that is deployed: it decides exit codes; others are there for comparison. */
  readonly current: string;
  /** Versions that run when none is named; the current one by default. */
  readonly versions?: readonly string[];
  /** Trials per case when no number is given. */
  readonly trials?: number;
  /** Most trials in flight. */
  readonly concurrency?: number;
  /**
   * For scorers that answer later: milliseconds that one may take for a trial (60,000 when not given), and how many answers are waited for at a
   * time (8).
   */
  readonly scoring?: { readonly deadlineMs?: number; readonly concurrency?: number };
  /** File of the trial store. */
  readonly store?: string;
  /** Settings of the offline model. */
  readonly simulation?: Partial<Simulation>;
  /**
   * Files on which no answer depends, as patterns relative to this file: added to the usual ones (documentation, tests, `.github`). The gate takes
   * the list of main's configuration. A file that the agent's code counts or names is never ignored.
   */
  readonly ignore?: readonly string[];
  /**
   * Who approves changed rules: another person than wrote them (the default), or, in a team of one, a maintainer, even of a change of their own. Read from
   * main's configuration.
   */
  readonly approval?: 'another' | 'maintainer';
  /**
   * What models cost, by model id, in US dollars per million tokens: for ids whose price Docket does not know, or where somebody else's price
   * holds. They come before the list prices.
   */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
  /** Faults of the agent's own domain that `docket mutate` plants beside the usual ones. */
  readonly mutators?: readonly Mutator[];
  /** The gate's parameters; `docket plan` shows what they mean for the suite. */
  readonly gate?: Readonly<Record<string, unknown>>;
}

const settingsSchema = z.strictObject({
  agent: z.custom<Agent>(
    (value) => typeof value === 'object' && value !== null && 'toolVariants' in value,
    'the value defineAgent returned',
  ),
  cases: z.string().min(1),
  current: z.string().min(1),
  versions: z.array(z.string().min(1)).min(1).optional(),
  trials: z.int().min(1).max(1000).default(5),
  concurrency: z.int().min(1).max(10_000).default(8),
  scoring: z
    .strictObject({
      deadlineMs: z.int().min(1).max(3_600_000).default(60_000),
      concurrency: z.int().min(1).max(1000).default(8),
    })
    .prefault({}),
  store: z.string().min(1).default('.docket/docket.db'),
  simulation: simulationSchema.prefault({}),
  ignore: z.array(z.string().min(1)).default([]),
  approval: z.enum(approvalSettings).default('another'),
  prices: configuredPricesSchema.default({}),
  mutators: mutatorsSchema.default([]),
  // Checked by the gate, which knows its parameters.
  gate: z.record(z.string(), z.unknown()).default({}),
});

/** The configuration with every default filled in. */
export type ResolvedConfig = z.infer<typeof settingsSchema>;

/** Gives `docket.config.ts` its types. Checked when it is loaded. */
export function defineConfig(config: DocketConfig): DocketConfig {
  return config;
}

/**
 * Checks a configuration and fills in its defaults.
 * @param origin the file, for messages
 * @throws {DocketError} naming each wrong setting
 */
export function parseConfig(config: unknown, origin: string): ResolvedConfig {
  const parsed = settingsSchema.safeParse(config);
  if (!parsed.success) throw new DocketError(`${origin}: ${z.prettifyError(parsed.error)}`);
  checkScorers(parsed.data.agent);
  return parsed.data;
}
