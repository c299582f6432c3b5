import type { Trial } from '../../contracts/trial.ts';

/** What a run did, without its figures: how it ended and which tools it called. */
export interface Course {
  readonly outcome: Trial['outcome']['kind'];
  readonly called: readonly string[];
  readonly failed: readonly string[];
}

export function courseOf({ outcome, transcript }: Pick<Trial, 'outcome' | 'transcript'>): Course {
  const calls = transcript.steps.flatMap((step) => (step.kind === 'tool-call' ? [step] : []));
  return {
    outcome: outcome.kind,
    called: [...new Set(calls.map(({ tool }) => tool))].sort(),
    failed: [...new Set(calls.flatMap(({ tool, isError }) => (isError ? [tool] : [])))].sort(),
  };
}

/** Runs with the same name went the same way. */
export function courseName({ outcome, called, failed }: Course): string {
  return JSON.stringify([outcome, called, failed]);
}

/** Where a run first leaves what others do, as a clause. */
export function divergenceFrom(course: Course, others: readonly Course[]): string {
  if (course.outcome !== 'decided') return `the run ends without a decision (${course.outcome})`;
  const failing = course.failed.find((tool) => others.every(({ failed }) => !failed.includes(tool)));
  if (failing !== undefined) return `${failing} fails`;
  const [first] = others;
  const missing = first?.called.find((tool) => !course.called.includes(tool) && others.every(({ called }) => called.includes(tool)));
  if (missing !== undefined) return `${missing} is not called`;
  const extra = first && course.called.find((tool) => others.every(({ called }) => !called.includes(tool)));
  return extra === undefined ? 'the decision' : `${extra} is called`;
}
