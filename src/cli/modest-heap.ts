import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Commands that may run or read a hundred thousand trials or traces. */
const longRuns: ReadonlySet<string> = new Set(['eval', 'compare', 'gate', 'baseline', 'drift', 'report', 'mutate', 'improve', 'ui']);

/** Bytes of both halves of the space for new objects, from which on it grows no more; on a machine with much memory V8 lets it grow to 128 MB. */
const newSpaceEnough = 8 * 1024 * 1024;

/** The same for many live calls at a time: each has what it sends and waits with in there, and in a smaller one that is copied three times before it is garbage. */
const newSpaceForCalls = 32 * 1024 * 1024;

/** Bytes after which it is left as it is, grown or not. */
const mostSpent = 64 * 1024 * 1024;

/**
 * Keeps what V8 leaves lying about in proportion to what is in use. By its own measure a run of a hundred thousand trials, of which 20 MB are in use at any
 * time, takes 450 MB, because nothing presses; so it takes 200 MB, and about a seventh more CPU. `NODE_OPTIONS` is left to whoever runs Docket.
 */
export function keepHeapModest(command: string | undefined): void {
  if (!longRuns.has(command ?? '')) return;
  // The old generation is collected when it is half as much again as was in use, not four times as much.
  setFlagsFromString('--heap-growing-percent=50');
  // While it is marked, new objects are collected as at any other time: otherwise their space grows to four times its size, right when memory is fullest.
  setFlagsFromString('--no-separate-gc-phases');
  // At once, because reading ten thousand cases is done at one go, in which nothing else gets a turn and the space would grow to 128 MB.
  growNewSpace(newSpaceEnough);
  sweepAsItGrows();
}

/** Bytes in use from which on it is swept, and how much more than the last time: by itself V8 lets it double, and keeps the pages. */
const sweptFrom = 75 * 1024 * 1024;
const sweptAgain = 1.3;

/** How often it is looked at, in milliseconds; what goes through very much gives turns. */
const lookEveryMs = 100;

function sweepAsItGrows(): void {
  let sweepAt = sweptFrom;
  setInterval(() => {
    if (getHeapStatistics().used_heap_size < sweepAt) return;
    sweepHeap();
    growNewSpace(newSpaceEnough);
    sweepAt = Math.max(sweptFrom, getHeapStatistics().used_heap_size * sweptAgain);
  }, lookEveryMs).unref();
}

/** Trials from which on the room is worth the time that it takes. */
const manyTrials = 500;

/** Gives live calls more room for what is new: a tenth of their CPU for 25 MB. */
export function roomForCalls(trials: number): void {
  if (trials >= manyTrials) growNewSpace(newSpaceForCalls);
}

/** The space grows as what is kept in it outlives a collection; afterwards it grows no more. */
function growNewSpace(enough: number): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  const portion = 32;
  let kept: unknown[] = [];
  for (let spent = 0; spent < mostSpent && newSpaceSize() < enough; spent += portion * 4096) {
    if (kept.length > enough / 4096) kept = [];
    for (let count = 0; count < portion; count += 1) kept.push(new Array(512).fill(count));
  }
  setFlagsFromString('--semi-space-growth-factor=1');
}

function newSpaceSize(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? Number.POSITIVE_INFINITY;
}

/**
 * Gives back what loading a project left behind, some 60 MB of modules' sources and their parsing, before very much is read: V8 would keep the pages. It takes a twentieth
 * of a second.
 */
export function sweepHeap(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect({ type: 'major', flavor: 'last-resort' });
}
