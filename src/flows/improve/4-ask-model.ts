import { resolveVersion } from '../../agent/version.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Change, ImprovementPlan, ModelReading } from '../../contracts/improvement-plan.ts';
import {
  longestPlanQuestion,
  planQuestion,
  planSchema,
  planSystem,
  readPlanAnswer,
  simulatedReading,
} from '../../improvement/model-reading.ts';
import { ModelError } from '../../model/model-error.ts';
import { money } from '../../text/figures.ts';
import { askModel } from '../judging/ask-model.ts';
import type { Session } from '../session.ts';
import type { SeenRuns } from './2-find-problems.ts';

export interface AskingForPlan {
  readonly session: Session;
  /** The version's own when not given. */
  readonly model?: string;
  readonly budgetDollars?: number;
  /** Told what the question may cost at most, before it is asked; undefined where nobody knows the price. */
  readonly onPrice?: (dollars: number | undefined, model: string) => void;
}

const maxTokens = 6_000;

/**
 * Has the session's model read a plan: once. What of its answer holds against the evidence joins the plan, what does not is dropped and counted; a model that fails leaves the
 * plan as it was, and says why.
 * @throws {DocketError} before it is asked, where the budget is less than the question may cost
 */
export async function askForPlan(
  plan: ImprovementPlan,
  { of: { reading: of, tally } }: Pick<SeenRuns, 'of'>,
  { session, model, budgetDollars, onPrice }: AskingForPlan,
  signal: AbortSignal,
): Promise<ImprovementPlan> {
  const { prices, agent } = session.config;
  if (agent.own)
    throw new DocketError(
      `The agent "${agent.name}" answers by itself and asks Docket for no model, so there is none that could read the plan.`,
    );
  const asked = model ?? resolveVersion(agent, plan.version.name).model;
  const inputTokens = Math.ceil((longestPlanQuestion + planSystem.length + JSON.stringify(planSchema).length) / 4);
  const dearest = prices.dollarsOf(asked, { inputTokens, outputTokens: maxTokens, cacheReadTokens: 0, cacheWriteTokens: 0 });
  if (session.mode === 'live' && budgetDollars !== undefined && dearest !== undefined && dearest > budgetDollars)
    throw new DocketError(
      `The question may cost up to ${money(dearest)}, and the budget is ${money(budgetDollars)}. Give a larger --budget, or a cheaper --proposer. No model was asked.`,
    );
  onPrice?.(dearest, asked);
  const read = (reading: ModelReading, changes: readonly Omit<Change, 'id'>[] = []): ImprovementPlan => ({
    ...plan,
    reading,
    changes: numbered(plan.changes, changes),
  });
  const nobody = (fault: string) => read({ model: asked, mode: session.mode, claims: [], dropped: [], fault });
  try {
    const reply = await askModel(() => session.model, prices)(
      {
        model: asked,
        system: planSystem,
        message: planQuestion(plan, { of }),
        schema: planSchema,
        maxTokens,
        series: 'improve:plan',
        number: 1,
        simulated: simulatedReading,
      },
      signal,
    );
    if (!reply) return nobody('nobody answers');
    const { reading, changes } = readPlanAnswer(reply.text, reply.model, { of, problems: plan.problems, tally });
    const { dollars } = reply;
    return read({ model: reply.model, mode: reply.mode, ...reading, ...(dollars === undefined ? {} : { dollars }) }, changes);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return nobody(error.message);
  }
}

/** Behind the others of their priority, the most urgent first. */
function numbered(known: readonly Change[], more: readonly Omit<Change, 'id'>[]): Change[] {
  const all = [...known];
  for (const change of more) {
    const number = all.filter(({ priority }) => priority === change.priority).length + 1;
    all.push({ id: `${change.priority}-${number}`, ...change });
  }
  return all.toSorted((one, other) => (one.priority < other.priority ? -1 : one.priority > other.priority ? 1 : 0));
}
