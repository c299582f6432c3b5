import { expect, test } from 'vitest';
import { emptyRun } from './empty-run.ts';

const noFilter = { testNamePattern: undefined };

test('a run in which some test of every project ran proves something', () => {
  const projects = [
    { project: 'unit', files: 2, ran: 1 },
    { project: 'evals', files: 1, ran: 10 },
  ];
  expect(emptyRun(projects, noFilter)).toBeUndefined();
});

test('a run without a test proves nothing, and says what narrowed it down', () => {
  expect(emptyRun([], noFilter)).toContain('no file was chosen');
  expect(emptyRun([{ project: 'evals', files: 2, ran: 0 }], { testNamePattern: /nomatch/ })).toMatch(/all tests of 2 files.*nomatch/);
});

test('tests of suites that put nothing on trial prove nothing of the agent, unless some of them were asked for', () => {
  const projects = [
    { project: 'unit', files: 2, ran: 5 },
    { project: 'evals', files: 1, ran: 3, onTrial: 0 },
  ];
  expect(emptyRun(projects, noFilter)).toContain('No test of the project "evals" put a version on trial');
  expect(emptyRun(projects, { ...noFilter, someFiles: true })).toBeUndefined();
  expect(emptyRun(projects, { testNamePattern: /one unit/ })).toBeUndefined();
  expect(emptyRun([{ project: 'evals', files: 1, ran: 3, onTrial: 1 }], noFilter)).toBeUndefined();
});

test('a project whose tests are all skipped proves nothing beside one that ran, unless a name was asked for', () => {
  const projects = [
    { project: 'unit', files: 2, ran: 5 },
    { project: 'evals', files: 1, ran: 0 },
  ];
  expect(emptyRun(projects, noFilter)).toContain('No test of the project "evals" ran');
  expect(emptyRun(projects, { testNamePattern: /one unit/ })).toBeUndefined();
});
