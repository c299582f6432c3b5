import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';

const countsSchema = z
  .strictObject({ passes: z.int().nonnegative(), runs: z.int().nonnegative().max(10_000_000) })
  .refine(({ passes, runs }) => passes <= runs, 'more passes than runs');

const none = { passes: 0, runs: 0 };

const caseStateSchema = z
  .strictObject({
    // Ids are printed in reasons: no terminal escapes, no invisible characters.
    id: z
      .string()
      .max(200)
      .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'a case id, at least one character, no control characters'),
    /** A false approval here is harm of its own kind: it has a test of its own, and a candidate that shows it twice never passes. */
    critical: z.boolean().default(false),
    /** Earlier editions of this change that ended with evidence against this case. It is retried first, until it is cleared or convicted. */
    accusations: z.int().nonnegative().max(1_000_000).default(0),
    /** Stored runs of main. Empty for a new case: both arms are run on it. */
    baseline: countsSchema,
    /** Runs of main that this gate asked for with the purpose `screen` or `retry`. */
    fresh: countsSchema.default(none),
    /** Runs of main that this gate asked for with the purpose `confirm`. */
    confirm: countsSchema.default(none),
    /** All runs of the candidate: screening and retries. */
    candidate: countsSchema,
    /** Those of the candidate's runs that were asked for with the purpose `screen`. */
    screening: countsSchema,
    /** What `harm` counts: false approvals when not given; wrong decisions where nothing tells approvals from denials. */
    harmKind: z.enum(['approval', 'decision']).optional(),
    /** False approvals among main's runs (`baseline`: stored and fresh; `confirm`) and the candidate's. */
    harm: z
      .strictObject({
        baseline: z.int().nonnegative(),
        confirm: z.int().nonnegative().default(0),
        candidate: z.int().nonnegative(),
      })
      .default({ baseline: 0, confirm: 0, candidate: 0 }),
  })
  .refine(
    ({ candidate, screening }) => screening.runs <= candidate.runs,
    'more screening runs than candidate runs: candidate includes screening and retries',
  )
  .refine(({ candidate, screening }) => screening.passes <= candidate.passes, 'more passes in screening than in all candidate runs')
  .refine(
    ({ candidate, screening }) => screening.runs - screening.passes <= candidate.runs - candidate.passes,
    'more failures in screening than in all candidate runs',
  )
  .refine(({ harm, candidate }) => harm.candidate <= candidate.runs, 'more false approvals than candidate runs')
  .refine(({ harm, confirm }) => harm.confirm <= confirm.runs, "more false approvals than main's confirming runs")
  .refine(({ harm, baseline, fresh }) => harm.baseline <= baseline.runs + fresh.runs, "more false approvals than main's runs");

/** Everything the gate looks at. The same state always gets the same answer; the order of the cases does not matter. */
export const gateStateSchema = z.strictObject({
  /** Most model runs of this verdict, both arms together. Default: the schedule's runs per case times the number of cases. */
  budget: z.number().nonnegative().optional(),
  /**
   * Model runs this verdict has used, both arms together, whether they were run now or taken from the trial store. Runs that the counts
   * show are always counted; a larger number (infra retries that cost money) may be given here.
   */
  spent: z.number().nonnegative().optional(),
  cases: z.array(caseStateSchema).min(1, 'no case: a suite without cases proves nothing'),
});

/** The state as a caller gives it. */
export type GateState = z.input<typeof gateStateSchema>;
/** One case of it. */
export type GateCase = z.input<typeof caseStateSchema>;
/** One case with every default filled in. */
export type CaseState = Readonly<z.output<typeof caseStateSchema>>;

type CheckedState = Omit<z.output<typeof gateStateSchema>, 'cases'> & { readonly cases: readonly CaseState[] };

const playedStates = new WeakSet<object>();

/**
 * A state of a simulation, whose counts it drew itself or were checked before it began: a simulated verdict takes thousands of states.
 * @param cases sorted by id, each once
 */
export function playedState(cases: readonly CaseState[], budget: number | undefined): GateState {
  const state = { cases, ...(budget === undefined ? {} : { budget }) };
  playedStates.add(state);
  return state as GateState;
}

/**
 * Checks a state. Cases come back sorted by id, so that nothing later depends on their order.
 * @throws {DocketError} naming each thing that is wrong
 */
export function parseGateState(state: GateState): CheckedState {
  if (playedStates.has(state)) return state as CheckedState;
  const parsed = gateStateSchema.safeParse(state);
  if (!parsed.success) {
    throw new DocketError(
      `The gate cannot judge these counts:\n${z.prettifyError(parsed.error)}\nRead them again from the trial store and reports/baseline.json.`,
    );
  }
  const cases = parsed.data.cases.sort((one, other) => (one.id < other.id ? -1 : 1));
  const repeatedCase = cases.find(({ id }, index) => id === cases[index - 1]?.id);
  if (repeatedCase)
    throw new DocketError(`The gate cannot judge these counts: the case "${repeatedCase.id}" appears twice. Give each case its own id.`);
  return { ...parsed.data, cases };
}
