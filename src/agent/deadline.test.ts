import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deadline } from './deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const open = (milliseconds: number, outside = new AbortController().signal) => new Deadline(milliseconds, outside, () => Date.now());

it('aborts when the time is used up', async () => {
  const deadline = open(100);
  await vi.advanceTimersByTimeAsync(99);
  expect(deadline.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(deadline.signal.aborted).toBe(true);
});

it('stands still during waits, also when several overlap, and goes on with what was left', async () => {
  const deadline = open(100);
  await vi.advanceTimersByTimeAsync(60);
  const waits = Promise.all([deadline.waiting(sleep(1000)), deadline.waiting(sleep(5000))]);
  await vi.advanceTimersByTimeAsync(5000);
  await waits;
  await vi.advanceTimersByTimeAsync(39);
  expect(deadline.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(deadline.signal.aborted).toBe(true);
});

it('goes on after a wait that failed', async () => {
  const deadline = open(100);
  await expect(deadline.waiting(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await vi.advanceTimersByTimeAsync(100);
  expect(deadline.signal.aborted).toBe(true);
});

it('passes an abort from outside on with its reason, also during a wait, and leaves no timer', async () => {
  const outside = new AbortController();
  const deadline = open(100, outside.signal);
  const wait = deadline.waiting(sleep(50));
  outside.abort(new Error('Ctrl-C'));
  expect(deadline.signal.reason).toEqual(new Error('Ctrl-C'));
  await vi.advanceTimersByTimeAsync(50);
  await wait;
  expect(vi.getTimerCount()).toBe(0);
});

it('ends with the run', () => {
  const deadline = open(100);
  deadline.end();
  expect(vi.getTimerCount()).toBe(0);
});
