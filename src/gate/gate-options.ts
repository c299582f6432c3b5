import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import { normalQuantile } from '../stats/normal.ts';

const shareSchema = z.number().gt(0).lt(1);
const roundSchema = z.string().regex(/^[1-9]\d{0,3}$/);

/** What a thorough gate does where nothing else is said: eleven clean runs clear a case. */
const thoroughDepth = 11;
const thoroughBudget = 25;
/** Rounds between the least and the most of a thorough gate. */
const thoroughRounds = 6;

/** The gate's parameters. All have defaults; `docket plan` shows what they mean for a suite. */
export const gateOptionsSchema = z.strictObject({
  /** Chance to block an unchanged agent because of one case: it fails more often, or a critical one is falsely approved more often. */
  alphaCase: shareSchema.default(0.01).describe('Chance to block an unchanged agent because of one case, critical or not.'),
  /** Share of alphaCase that belongs to the rule for critical cases, where the suite has any; the case test then has the rest. */
  criticalShare: shareSchema.default(0.5).describe('Share of alphaCase for the rule of critical cases, where there are any.'),
  /** Chance to block an unchanged agent because of the suite as a whole, over all scheduled tests. */
  alphaSuite: shareSchema.default(0.04).describe('Chance to block an unchanged agent because of the suite as a whole.'),
  /**
   * Passes only after so many runs that a case which fails 40 % of the time is missed in at most 1 % of first editions: `depth` is 11, `rounds` 17 and
   * `budget` 25 unless they are given, and a case that failed more often than on main is run until it is cleared.
   */
  thorough: z
    .boolean()
    .default(false)
    .describe('Eleven runs of each case before a pass, more of one that failed: a case wrong 40 % of the time is missed in at most 1 %.'),
  /** Screening rounds before the gate may pass. */
  depth: z.int().min(1).max(1000).default(3).describe('Screening rounds before the gate may pass.'),
  /** Most screening rounds, with up to ten stored runs of main a case. */
  rounds: z.int().min(1).max(1000).default(9).describe('Most screening rounds.'),
  /** Most rounds beyond `rounds`: one for each run of main that every case has stored beyond ten. */
  furtherRounds: z
    .int()
    .min(0)
    .max(1000)
    .default(20)
    .describe('Most rounds beyond that: one for each run of main stored beyond ten per case.'),
  /** Share of alphaSuite that the suite test of a round may use, by round; at most 1 in all. Default: 1: 0.2, depth: 0.4, 2 x depth: 0.2, 3 x depth: 0.2. */
  spend: z
    .record(roundSchema, shareSchema.or(z.literal(1)), {
      error: ({ code }) => (code === 'invalid_key' ? 'expected rounds, whole numbers from 1 to 9999' : undefined),
    })
    .optional()
    .describe('Share of alphaSuite by round.'),
  /** Largest mean drop of the pass rate (0..1) that may remain possible in a pass. Default: max(0.05, 1 / number of cases). */
  margin: z.number().gt(0).max(1).optional().describe('Largest mean drop that may remain possible in a pass.'),
  /** Confidence of the bound that is compared with the margin, one-sided. */
  confidence: z.number().min(0.5).lt(1).default(0.95).describe('Confidence of the bound on the mean drop, one-sided.'),
  /** p of the suite test (0..1) below which the gate goes on to the next scheduled test before it passes or gives up; 0 turns that off. */
  doubt: z.number().min(0).lt(1).default(0.1).describe('p of the suite test below which the gate continues to the next scheduled test.'),
  /** Candidate runs that are asked for at once when a case is suspicious. */
  retryBatch: z.int().min(1).max(1000).default(3).describe('Candidate runs of a suspicious case at once.'),
  /** Most retries of one case. */
  retryCap: z.int().min(0).max(100_000).default(40).describe('Most retries of one case.'),
  /** How much better "half as often" must explain the candidate's runs than main's rate does, in log likelihood, to make a case suspicious. */
  suspicion: z.number().gt(0).default(Math.LN2).describe('Log likelihood ratio that makes a case suspicious.'),
  /** From the second retry batch on, run main as well where it has fewer runs than the candidate. */
  topUp: z.boolean().default(true).describe('Run main again beside the retries where it has fewer runs.'),
  /** Before blocking, run main again and block only when the candidate is worse than main as it runs now. */
  confirm: z.boolean().default(false).describe('Run main again before blocking.'),
  /** Most model runs of a verdict, as a number of runs a case. Where it is not given, each further round adds one. */
  budget: z.number().gt(0).max(1_000_000).default(10).describe('Most model runs of a verdict, as runs per case.'),
  /**
   * Relations that judge as well: all that the agent declares, or some by name. A case passes in a run only where they hold for its twins, too; it and its
   * twins count as one run, and each twin costs a trial of its own.
   */
  relations: z
    .union([z.boolean(), z.array(z.string().min(1)).min(1)])
    .default(false)
    .describe('Relations that judge as well: all (true), or some by name. Each twin of a case costs a trial a run.'),
  /** How much a case's evidence weighs, relative to 1 for cases not named. The weights are scaled to sum to 1 over the suite. */
  severity: z.record(z.string().min(1), z.number().gt(0).max(1e6)).default({}).describe('How much a case weighs, relative to 1.'),
});

/** What a caller may say; everything has a default. */
export type GateOptions = z.input<typeof gateOptionsSchema>;

/** Options with every default filled in that does not depend on the suite. */
export interface ResolvedGateOptions extends z.output<typeof gateOptionsSchema> {
  /** Share of alphaSuite by round. */
  readonly spendByRound: ReadonlyMap<number, number>;
  /** The budget was not given, so further rounds add to it. */
  readonly budgetGrows: boolean;
  /** The standard normal quantile of `confidence`. */
  readonly z: number;
}

/**
 * Checks the options and fills in the defaults.
 * @throws {DocketError} naming each wrong option
 */
export function resolveGateOptions(options: GateOptions): ResolvedGateOptions {
  const parsed = gateOptionsSchema.safeParse(options.thorough === true ? thoroughOptions(options) : options);
  if (!parsed.success) {
    throw new DocketError(
      `The gate's options cannot be used:\n${z.prettifyError(parsed.error)}\nCorrect them in docket.config.ts ("gate") or on the command line.`,
    );
  }
  const { depth, rounds, alphaCase, alphaSuite, spend, thorough } = parsed.data;
  if (rounds < depth)
    throw new DocketError(
      `The gate's options cannot be used: rounds is ${rounds}, less than depth, ${depth}. At least depth rounds are needed to pass.`,
    );
  if (alphaCase + alphaSuite >= 1)
    throw new DocketError(
      `The gate's options cannot be used: alphaCase + alphaSuite is ${alphaCase + alphaSuite}. Together they bound the false blocks and must stay below 1.`,
    );
  const spendByRound = spend
    ? new Map(Object.entries(spend).map(([round, share]) => [Number(round), share]))
    : defaultSpend(thorough ? thoroughSpend(depth, rounds) : usualSpend(depth));
  const total = [...spendByRound.values()].reduce((sum, share) => sum + share, 0);
  if (total > 1 + 1e-9)
    throw new DocketError(
      `The gate's options cannot be used: the shares in spend add up to ${total}. They share alphaSuite out, so at most 1 in all.`,
    );
  return { ...parsed.data, spendByRound, budgetGrows: options.budget === undefined, z: normalQuantile(parsed.data.confidence) };
}

function thoroughOptions(options: GateOptions): GateOptions {
  const { depth = thoroughDepth, budget = thoroughBudget } = options;
  return { ...options, depth, budget, rounds: options.rounds ?? depth + thoroughRounds };
}

type Spend = readonly (readonly [round: number, share: number])[];

function usualSpend(depth: number): Spend {
  return [
    [1, 0.2],
    [depth, 0.4],
    [2 * depth, 0.2],
    [3 * depth, 0.2],
  ];
}

/** What is broken all over is blocked early all the same. */
function thoroughSpend(depth: number, rounds: number): Spend {
  return [
    [1, 0.2],
    [3, 0.3],
    [depth, 0.3],
    [rounds, 0.2],
  ];
}

/** Rounds that coincide (depth 1) share one test with the sum of their shares. */
function defaultSpend(shares: Spend): Map<number, number> {
  const spend = new Map<number, number>();
  for (const [round, share] of shares) spend.set(round, (spend.get(round) ?? 0) + share);
  return spend;
}
