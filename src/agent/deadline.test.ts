import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loopTurn } from '../contracts/turns.ts';
import { Deadline } from './deadline.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** Lets time pass, and what it brings about happen. */
const pass = async (milliseconds: number) => {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await loopTurn();
};
const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const open = (milliseconds: number, outside = new AbortController().signal) => new Deadline(milliseconds, outside, () => Date.now());

it('aborts when the time is used up', async () => {
  const deadline = open(100);
  await pass(99);
  expect(deadline.signal.aborted).toBe(false);
  await pass(1);
  expect(deadline.signal.aborted).toBe(true);
});

it('stands still during waits, also when several overlap, and goes on with what was left', async () => {
  const deadline = open(100);
  await pass(60);
  const waits = Promise.all([deadline.waiting(sleep(1000)), deadline.waiting(sleep(5000))]);
  await pass(5000);
  await waits;
  await pass(39);
  expect(deadline.signal.aborted).toBe(false);
  await pass(1);
  expect(deadline.signal.aborted).toBe(true);
});

it('goes on after a wait that failed', async () => {
  const deadline = open(100);
  await expect(deadline.waiting(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await pass(100);
  expect(deadline.signal.aborted).toBe(true);
});

it('passes an abort from outside on with its reason, also during a wait, and leaves no timer', async () => {
  const outside = new AbortController();
  const deadline = open(100, outside.signal);
  const wait = deadline.waiting(sleep(50));
  outside.abort(new Error('Ctrl-C'));
  expect(deadline.signal.reason).toEqual(new Error('Ctrl-C'));
  await pass(50);
  await wait;
  expect(vi.getTimerCount()).toBe(0);
});

it('ends with the run', () => {
  const deadline = open(100);
  deadline.end();
  expect(vi.getTimerCount()).toBe(0);
});

it('waits for what came in time and was not heard yet', async () => {
  vi.useRealTimers();
  const deadline = open(20);
  const answered = new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  for (const until = performance.now() + 60; performance.now() < until; );
  await answered;
  expect(deadline.signal.aborted).toBe(false);
  deadline.end();
  await loopTurn();
  await loopTurn();
  expect(deadline.signal.aborted).toBe(false);
});
