import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Commands that may run or read a hundred thousand trials or traces. */
const longRuns: ReadonlySet<string> = new Set(['eval', 'compare', 'gate', 'baseline', 'drift', 'report', 'mutate', 'improve']);

/** Bytes of both halves of the space for new objects, from which on it grows no more; on a machine with much memory V8 lets it grow to 128 MB. */
const newSpaceEnough = 8 * 1024 * 1024;

const lookEveryMs = 2;

/**
 * Keeps what V8 leaves lying about in proportion to what is in use. By its own measure a run of a hundred thousand trials, of which 20 MB are in use at any
 * time, takes 450 MB, because nothing presses; so it takes 200 to 250 MB, and about a seventh more CPU. `NODE_OPTIONS` is left to whoever runs Docket.
 */
export function keepHeapModest(command: string | undefined): void {
  if (!longRuns.has(command ?? '')) return;
  // The old generation is collected when it is half as much again as was in use, not four times as much.
  setFlagsFromString('--heap-growing-percent=50');
  look = setInterval(holdHeap, lookEveryMs);
  look.unref();
}

let look: NodeJS.Timeout | undefined;

/** Looks now, before much is done at one go; nothing where the heap is left to V8. */
export function holdHeap(): void {
  if (look && stopsGrowing()) clearInterval(look);
}

/** True once the space for new objects is large enough, and grows no more. */
function stopsGrowing(): boolean {
  const found = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  if (!found || found.space_size < newSpaceEnough) return false;
  setFlagsFromString('--semi-space-growth-factor=1');
  return true;
}
