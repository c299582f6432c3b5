import { expect, test } from 'vitest';
import { ExitGuard, type GuardedProcess } from './exit-guard.ts';

function fakeProcess(exitCode?: number) {
  const listeners: (() => void)[] = [];
  const written = { stdout: '', stderr: '' };
  const guarded: GuardedProcess = {
    exitCode,
    once: (_event, listener) => listeners.push(listener),
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  };
  const exit = () => {
    for (const listener of listeners.splice(0)) listener();
  };
  return { guarded, written, exit };
}

test('a run that never ended is not green', () => {
  const { guarded, written, exit } = fakeProcess();
  new ExitGuard(guarded).begin();
  exit();
  expect(guarded.exitCode).toBe(100);
  expect(written.stderr).toMatch(/^INCOMPLETE: the run ended before/);
});

test('a green run leaves the exit code alone and prints its summary last', () => {
  const { guarded, written, exit } = fakeProcess();
  const guard = new ExitGuard(guarded);
  guard.begin();
  guard.end({ green: true, summary: 'all well' });
  expect(written.stdout).toBe('');
  exit();
  expect(guarded.exitCode).toBeUndefined();
  expect(written.stdout).toBe('all well\n');
});

test('a failed run is 100, unless promptfoo had a code of its own', () => {
  for (const [before, after] of [
    [undefined, 100],
    [0, 100],
    [130, 130],
  ]) {
    const { guarded, exit } = fakeProcess(before);
    const guard = new ExitGuard(guarded);
    guard.begin();
    guard.end({ green: false, summary: '' });
    exit();
    expect(guarded.exitCode).toBe(after);
  }
});

test('the next run of a watching process has to end anew', () => {
  const { guarded, exit } = fakeProcess();
  const guard = new ExitGuard(guarded);
  guard.begin();
  guard.end({ green: true, summary: '' });
  guard.begin();
  exit();
  expect(guarded.exitCode).toBe(100);
});
