import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { VersionWatch, watchOfBoth } from './version-watch.ts';

/** Looks that take a while, and what they see. */
function looking(ms: number) {
  const looks: { readonly begun: number; ended: number }[] = [];
  const seen: { change: string | undefined; fault: Error | undefined } = { change: undefined, fault: undefined };
  const watch = new VersionWatch(true, async () => {
    const look = { begun: performance.now(), ended: 0 };
    looks.push(look);
    await wait(ms);
    look.ended = performance.now();
    if (seen.fault) throw seen.fault;
    return seen.change;
  });
  return { watch, looks, seen };
}

it('what asks during a look waits for one that begins after it asked, with all others that do', async () => {
  const { watch, looks } = looking(30);
  const first = watch.changed();
  await expect.poll(() => looks.length).toBe(1);
  const asked = performance.now();
  await Promise.all([first, watch.changed(), watch.changed(), watch.changed()]);
  expect(looks).toHaveLength(2);
  expect(looks[1]?.begun).toBeGreaterThanOrEqual(asked);
});

it('a look that several waited for is followed by a rest, so that others get on; one by one there is none', async () => {
  const { watch, looks } = looking(30);
  for (let ask = 0; ask < 3; ask += 1) await watch.changed();
  const pause = (look: number) => (looks[look]?.begun ?? 0) - (looks[look - 1]?.ended ?? 0);
  const alone = [pause(1), pause(2)];
  await Promise.all([watch.changed(), watch.changed()]);
  await watch.changed();
  // A timer may ring a little early.
  expect(pause(4)).toBeGreaterThan(50);
  expect(Math.min(...alone)).toBeLessThan(pause(4));
});

it('a version that changed stays changed, and one that cannot be seen is told as that', async () => {
  const { watch, looks, seen } = looking(1);
  expect(await watch.changed()).toBeUndefined();
  seen.change = 'it differs in the prompt';
  expect(await watch.changed()).toBe('it differs in the prompt');
  seen.change = undefined;
  expect(await watch.changed()).toBe('it differs in the prompt');
  expect(looks).toHaveLength(2);
  const other = looking(1);
  other.seen.fault = new Error('rates.txt is not there');
  expect(await other.watch.changed()).toBe('rates.txt is not there');
  expect(await watchOfBoth(looking(1).watch, other.watch).changed()).toBe('rates.txt is not there');
});
