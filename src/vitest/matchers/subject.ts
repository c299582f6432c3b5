import type { JudgedTrial } from '../judged-trial.ts';

/** What a matcher looks at: one trial, or all trials of one version on one case together. */
export interface Subject {
  readonly caseId: string;
  readonly version: string;
  /** Undefined when it is about the trials together. */
  readonly number: number | undefined;
  readonly rerun: string;
}

/** A subject with what was found: whether it holds, and what came, as a clause. */
export interface Look extends Subject {
  readonly holds: boolean;
  readonly came: string;
}

/**
 * The trials in what was received.
 * @throws {TypeError} when it holds none: an assertion about nothing would always hold
 */
export function trialsIn(matcher: string, received: unknown): readonly JudgedTrial[] {
  const trials: readonly unknown[] = Array.isArray(received) ? received : [received];
  if (trials.length === 0) throw new TypeError(`${matcher}() was given an empty list of trials: there is nothing to judge.`);
  const stranger = trials.find((trial) => !isJudgedTrial(trial));
  if (stranger !== undefined || !trials.every(isJudgedTrial)) {
    throw new TypeError(`${matcher}() takes a trial or a list of trials, as docket.run() gives them. It was given ${describe(stranger)}.`);
  }
  return trials;
}

function isJudgedTrial(value: unknown): value is JudgedTrial {
  return typeof value === 'object' && value !== null && 'evidence' in value && 'rerun' in value && 'scores' in value;
}

function describe(value: unknown): string {
  if (value instanceof Promise) return 'a promise; put "await" before it';
  return value === null ? 'null' : typeof value === 'object' ? 'an object of another kind' : `${typeof value} ${String(value)}`;
}

export function subjectOf({ number, case: { id }, version: { name }, rerun }: JudgedTrial): Subject {
  return { caseId: id, version: name, number, rerun };
}

/** Trials by case and version: the repeats of one another. */
export function repeatsIn(trials: readonly JudgedTrial[]): (readonly [JudgedTrial, ...JudgedTrial[]])[] {
  const groups = new Map<string, [JudgedTrial, ...JudgedTrial[]]>();
  for (const trial of trials) {
    const key = JSON.stringify([trial.case.id, trial.version.fingerprint]);
    const group = groups.get(key);
    if (group) group.push(trial);
    else groups.set(key, [trial]);
  }
  return [...groups.values()];
}
