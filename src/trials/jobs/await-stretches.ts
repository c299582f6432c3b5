import type { Clock } from '../../contracts/clock.ts';
import type { FailedTrial, TrialKey } from '../../contracts/trial.ts';
import { keyOf, type TrialRun } from '../run-trial.ts';
import { readStored } from '../run-trials.ts';
import type { TrialStore } from '../trial-store.ts';
import { restOf, type Stretch } from './stretches.ts';

/** Stretches that are looked after at a time: the oldest, because jobs are taken in the order in which they were put. */
const mostWatched = 400;
/** Where none of them ends for so long, more are looked after: others may have overtaken them. */
const stuckMs = 2000;
/** First and longest pause between two looks at a stretch; the first again for all where one of them has moved. */
const firstLookMs = 250;
const longestLookMs = 1000;
/** Failures are few: they are looked for from this look without an end on, at most so often, and all at once where that is less to ask. */
const failureLook = 5;
const failuresMs = 2000;
const fewStretches = 10;
/** A stretch of which nothing is heard for so long is asked for again, and again after twice as long each time: its job may have been lost on its way. */
const askAgainMs = 10_000;

interface Watched extends Stretch {
  lookAt: number;
  pauseMs: number;
  looks: number;
  askedAt: number;
  /** How often it was asked for. */
  asked: number;
}

export interface Awaiting {
  readonly store: TrialStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called as each trial ends. What it throws ends the wait; true ends it, too. */
  readonly onRun: (run: TrialRun) => Promise<boolean>;
  /** Puts jobs for stretches of which nothing was heard for long; those that are there still stay as they are. */
  readonly askAgain: (stretches: readonly Stretch[]) => Promise<void>;
  /** Looks after the workers, from time to time. True ends the wait. */
  readonly onPause: () => Promise<boolean>;
  /** Failures that were there before, by key: those are no ends of these trials. */
  readonly earlier: ReadonlyMap<string, string>;
  /** False for a failure that says nothing of this run: the trial is waited for. Every failure counts when not given. */
  readonly counts?: (failed: FailedTrial) => Promise<boolean>;
}

/**
 * Waits until all trials of the stretches are stored, or have failed, whoever runs them.
 * @returns the stretches that were not waited for to the end
 * @throws the signal's reason at an abort, or an error of the store
 */
export async function awaitStretches(stretches: Iterable<Stretch>, awaiting: Awaiting): Promise<Stretch[]> {
  const { clock, signal, onPause, askAgain } = awaiting;
  const source = stretches[Symbol.iterator]();
  const watched: Watched[] = [];
  let most = mostWatched;
  let movedAt = clock.now();
  let failuresAt = clock.now();
  const watch = (stretch: Stretch, now: number) => ({ ...stretch, lookAt: now, pauseMs: firstLookMs, looks: 0, askedAt: now, asked: 1 });
  let ended = false;
  for (;;) {
    const now = clock.now();
    for (
      let next = watched.length < most ? source.next() : undefined;
      next && !next.done;
      next = watched.length < most ? source.next() : undefined
    )
      watched.push(watch(next.value, now));
    if (watched.length === 0 || ended) break;
    const due = watched.filter(({ lookAt }) => lookAt <= now);
    const looksForFailures = now - failuresAt > failuresMs && due.some(({ looks }) => looks >= failureLook);
    if (looksForFailures) failuresAt = now;
    const left = await lookAt(due, awaiting, looksForFailures);
    ended = left.ended;
    if (left.moved) [movedAt, most] = [now, mostWatched];
    else if (now - movedAt > stuckMs) [movedAt, most] = [now, most + mostWatched];
    const seen = new Set(due);
    const rest = watched.filter((one) => !seen.has(one));
    watched.splice(0, watched.length, ...left.stretches, ...rest);
    if (left.moved) for (const one of watched) [one.pauseMs, one.lookAt] = [firstLookMs, Math.min(one.lookAt, now + firstLookMs)];
    // Of those that were looked at just now: what has failed is not asked for again.
    const silent = (looksForFailures ? left.stretches : []).filter(
      ({ askedAt, asked, looks }) => looks > failureLook && now - askedAt > askAgainMs * 2 ** (asked - 1),
    );
    if (silent.length > 0) await askAgain(silent);
    for (const one of silent) [one.askedAt, one.asked] = [now, one.asked + 1];
    if (await onPause()) ended = true;
    signal.throwIfAborted();
    const next = Math.min(...watched.map((one) => one.lookAt), now + longestLookMs);
    if (!ended && watched.length > 0 && (next > clock.now() || due.length === 0))
      await clock.pause(Math.max(10, next - clock.now()), signal);
  }
  const unseen: Stretch[] = [...watched];
  for (let next = source.next(); !next.done; next = source.next()) unseen.push(next.value);
  return unseen;
}

interface Looked {
  readonly stretches: Watched[];
  readonly moved: boolean;
  readonly ended: boolean;
}

/** Looks which trials of the stretches have ended, and hands them on. */
async function lookAt(
  due: readonly Watched[],
  { store, clock, signal, onRun, earlier, counts }: Awaiting,
  looksForFailures: boolean,
): Promise<Looked> {
  const byName = new Map(due.map((one) => [nameOf(keyOf(one.like)), [] as Watched[]]));
  for (const one of due) byName.get(nameOf(keyOf(one.like)))?.push(one);
  const done = new Map(due.map((one) => [one, new Set<number>()]));
  let ended = false;
  const end = async (key: TrialKey, trial: TrialRun['trial']) => {
    const one = byName.get(nameOf(key))?.find(({ first, last }) => key.number >= first && key.number <= last);
    const numbers = one && done.get(one);
    if (!one || !numbers || numbers.has(key.number) || ended) return;
    numbers.add(key.number);
    ended = await onRun({ request: { ...one.like, number: key.number }, trial, reused: false });
  };
  const pages = due.map(({ like, first, last }) => ({ selection: keyOf(like), first, last }));
  await readStored(pages, { store, signal }, (trial) => end(trial.key, trial));
  if (looksForFailures)
    for (const failed of await failuresOf(
      due.filter(({ looks }) => looks >= failureLook),
      store,
    ))
      if (earlier.get(keyText(failed.key)) !== failureName(failed) && (await counts?.(failed)) !== false) await end(failed.key, failed);
  const now = clock.now();
  const stretches = due.flatMap((one) => {
    const numbers = done.get(one) as Set<number>;
    const pauseMs = numbers.size > 0 ? firstLookMs : Math.min(one.pauseMs * 2, longestLookMs);
    const askedAt = numbers.size > 0 ? now : one.askedAt;
    return [...restOf(one, numbers)].map((rest) => ({
      ...rest,
      pauseMs,
      askedAt,
      lookAt: now + pauseMs,
      looks: numbers.size > 0 ? 0 : one.looks + 1,
      asked: one.asked,
    }));
  });
  return { stretches, moved: [...done.values()].some(({ size }) => size > 0), ended };
}

async function failuresOf(stretches: readonly Watched[], store: TrialStore): Promise<FailedTrial[]> {
  if (stretches.length > fewStretches) return store.failures();
  return (await Promise.all(stretches.map(({ like }) => store.failures(keyOf(like))))).flat();
}

function nameOf({ versionFingerprint, caseFingerprint, series }: TrialKey): string {
  return `${versionFingerprint} ${caseFingerprint} ${series}`;
}

function keyText(key: TrialKey): string {
  return `${nameOf(key)} ${key.number}`;
}

/** Tells one failure of a trial from the next. */
function failureName({ startedAt, durationMs, outcome }: FailedTrial): string {
  return `${startedAt} ${durationMs} ${outcome.message}`;
}

/** The failures that a store has of trials, for telling new ones from them. */
export async function earlierFailures(store: TrialStore): Promise<Map<string, string>> {
  return new Map((await store.failures()).map((failed) => [keyText(failed.key), failureName(failed)]));
}
