import type { Change, ImprovementPlan, Problem } from '../../../contracts/improvement-plan.ts';
import type { ChangePromise } from '../../../contracts/promise.ts';
import type { HeldOutFigures } from '../../../contracts/prompt-search.ts';
import { promiseOf } from '../../../improvement/changes/promise-of.ts';
import { counted, estimatedShare } from '../../../text/figures.ts';
import type { TriedPrompt } from './2-try-prompt.ts';

/** Id of the problem that scorers alone tell of. */
export const failingId = 'search/failing-trials';
/** What a prompt may leave of a finding at most, 0..1. */
const shareOfModel = 0.05;

/** The plan with the trials that failed as a problem of its own: what scorers said, where no detector says it. */
export function failingTrials(plan: ImprovementPlan, original: TriedPrompt): ImprovementPlan {
  if (original.failing.seen === 0) return plan;
  const problem: Problem = original.failing.problem({
    id: failingId,
    detector: 'search',
    kind: 'bug',
    severity: 'serious',
    what: 'trials of the training cases fail',
    about: {},
    cause: 'prompt',
    because: 'The scorers said so; what of it the prompt is to blame for, a better one shows.',
    ...original.runs.reading.placeOf(),
  });
  return { ...plan, problems: [...plan.problems, problem] };
}

/** The plan with the candidate as its first change, in the place of those that the detectors would make of the prompt. */
export function candidateChange(
  made: ImprovementPlan,
  original: TriedPrompt,
  candidate: TriedPrompt,
  { original: before, candidate: after, cases }: HeldOutFigures,
): ImprovementPlan {
  const plan = failingTrials(made, original);
  const left = new Set(candidate.findings().problems.map(({ id }) => id));
  const gone = plan.problems.filter(({ id }) => id !== failingId && !left.has(id)).map(({ id }) => id);
  const { reading, tally } = original.runs;
  const change: Omit<Change, 'id' | 'promise'> = {
    priority: 'P0',
    group: 'prompt',
    what: `Take the prompt that a search found: on ${counted(cases.length, 'held-out case')} ${estimatedShare(after)} of trials pass, of the prompt as it is ${estimatedShare(before)}`,
    target: reading.agent.prompt.name,
    ...reading.placeOf(),
    before: original.text,
    after: candidate.text,
    literal: true,
    whole: true,
    evidence: [failingId, ...gone],
  };
  const promise = promiseOf({ ...change, evidence: gone }, { of: reading, problems: plan.problems, tally });
  const falls = [...promise.falls, ...fallen(original, candidate, promise, plan)];
  const holds = promise.holds.filter((hold) => hold.what !== 'finding' || !falls.some(({ finding }) => finding === hold.finding));
  const numbers = { P0: 1, P1: 0, P2: 0 };
  const others = plan.changes
    .filter(({ group }) => group !== 'prompt')
    .map((other): Change => {
      numbers[other.priority] += 1;
      return { ...other, id: `${other.priority}-${numbers[other.priority]}` };
    });
  return {
    ...plan,
    changes: [{ id: 'P0-1', ...change, ...(falls.length > 0 ? { promise: { falls, holds } } : {}) }, ...others],
  };
}

/** Findings of the scorers that became rarer in training. */
function fallen(
  original: TriedPrompt,
  candidate: TriedPrompt,
  { falls }: ChangePromise,
  { problems }: ImprovementPlan,
): ChangePromise['falls'] {
  const [before, after] = [original.runs.tally, candidate.runs.tally];
  const { cases = [] } = problems.find(({ id }) => id === failingId) ?? {};
  return [...before.findings].flatMap(([finding, runs]): ChangePromise['falls'] => {
    const share = (after.findings.get(finding) ?? 0) / Math.max(1, after.runs);
    if (share >= runs / before.runs || falls.some((fall) => fall.finding === finding)) return [];
    return [{ finding, by: 'scorer', cases: [...cases], traces: [], seen: { runs, of: before.runs }, to: Math.max(shareOfModel, share) }];
  });
}
