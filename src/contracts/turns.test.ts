import { expect, onTestFinished, test, vi } from 'vitest';
import { inTurns, Turns } from './turns.ts';

function busy(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

test('long work is interrupted by what rings meanwhile, and short work gives no turn', async () => {
  const rung = new AbortController();
  setImmediate(() => rung.abort(new Error('rung')));
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => void vi.restoreAllMocks());
  const turns = new Turns(rung.signal);
  now = 50;
  await turns.give();
  expect(rung.signal.aborted).toBe(false);
  now = 51;
  await expect(turns.give()).rejects.toThrow('rung');
});

test('steps end with their result, or with what rang between them', async () => {
  function* steps(count: number): Generator<number, string> {
    for (let step = 0; step < count; step += 1) {
      busy(5);
      yield step;
    }
    return 'done';
  }
  await expect(inTurns(steps(3), new Turns())).resolves.toBe('done');
  const rung = new AbortController();
  setTimeout(() => rung.abort(new Error('rung')), 20);
  await expect(inTurns(steps(1000), new Turns(rung.signal))).rejects.toThrow('rung');
});

test('steps that are broken off let go of what they hold', async () => {
  const rung = new AbortController();
  let isHeld = true;
  function* holding(): Generator<void, void> {
    try {
      for (;;) {
        busy(5);
        yield;
      }
    } finally {
      isHeld = false;
    }
  }
  setTimeout(() => rung.abort(new Error('rung')), 20);
  await expect(inTurns(holding(), new Turns(rung.signal))).rejects.toThrow('rung');
  expect(isHeld).toBe(false);
});

test('steps that say something else of what broke them off are not heard', async () => {
  const rung = new AbortController();
  function* retelling(): Generator<void, void> {
    try {
      for (;;) {
        busy(5);
        yield;
      }
    } catch {
      throw new Error('cannot be read');
    }
  }
  setTimeout(() => rung.abort(new Error('rung')), 20);
  await expect(inTurns(retelling(), new Turns(rung.signal))).rejects.toThrow('rung');
});
