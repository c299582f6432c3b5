import {
  type Agent,
  type JsonObject,
  resolveVersion,
  runAgent,
  type SettledOutcome,
  simulatedModel,
  type Transcript,
  type Version,
} from '../../index.ts';
import { underwriter } from '../agent.ts';
import type { LoanApplication } from '../application.ts';
import { simulatedUnderwriter } from '../simulated-underwriter.ts';

/** The ten cases' applications, in order, by what the published account calls them: 1 to 10. */
export const tenApplications: readonly LoanApplication[] = [
  [100_000, 45_000, 745, 300_000],
  [100_000, 45_100, 750, 280_000],
  [100_000, 42_000, 740, 250_000],
  [100_000, 42_000, 739, 250_000],
  [500_000, 25_000, 520, 800_000],
  [28_000, 2000, 790, 150_000],
  [45_000, 9000, 700, 2_000_000],
  [200_000, 0, 800, 5000],
  [75_000, 0, 579, 300_000],
  [120_000, 47_400, 670, 750_000],
].map(([annual_income = 0, total_debt = 0, credit_score = 0, loan_amount = 0]) => ({
  annual_income,
  total_debt,
  credit_score,
  loan_amount,
}));

export interface RunOptions {
  readonly application: LoanApplication;
  /** A reference as `resolveVersion` takes it; `v2` if left out. */
  readonly version?: string | Version;
  /** Replaces the version's prompt. */
  readonly prompt?: string;
  readonly trialNumber?: number;
  readonly slipRate?: number;
  readonly agent?: Agent;
}

/** Runs the underwriter once through the tool loop on the simulated model. */
export async function runUnderwriter(options: RunOptions): Promise<{ readonly outcome: SettledOutcome; readonly transcript: Transcript }> {
  const { application, version = 'v2', prompt, trialNumber = 1, slipRate = 0, agent = underwriter } = options;
  const resolved = typeof version === 'string' ? resolveVersion(agent, version) : version;
  const { outcome, transcript } = await runAgent({
    agent,
    version: prompt === undefined ? resolved : { ...resolved, prompt: { name: 'changed', text: prompt } },
    input: { ...application },
    model: simulatedModel(simulatedUnderwriter, { slipRate }),
    series: 'test',
    trialNumber,
    signal: new AbortController().signal,
    now: () => 0,
  });
  if (outcome.kind === 'infra-error') throw new Error(outcome.message);
  return { outcome, transcript };
}

/** The decision of one run. Throws when there is none. */
export async function decide(options: RunOptions): Promise<JsonObject> {
  const { outcome } = await runUnderwriter(options);
  if (outcome.kind !== 'decided') throw new Error(`no decision: ${JSON.stringify(outcome)}`);
  return outcome.decision;
}
