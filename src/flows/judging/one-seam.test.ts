import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const source = join(import.meta.dirname, '../..');

/** Files outside of `trials` and `agent` that import a function by this name, tests and their helpers apart. */
function importersOf(name: string): string[] {
  const files = globSync('{cli,flows,mcp,promptfoo,vitest}/**/*.ts', { cwd: source });
  const imports = new RegExp(`import (?!type )\\{[^}]*(?<!type )\\b${name}\\b[^}]*\\}`);
  return files
    .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
    .filter((file) => imports.test(readFileSync(join(source, file), 'utf8')))
    .sort();
}

test('an agent is run in one place, and a trial is scored for its trace and paid for in one', () => {
  expect(importersOf('runTrials')).toEqual(['flows/judging/run-requests.ts']);
  for (const name of ['runTrial', 'tryTrial', 'runAgent']) expect(importersOf(name)).toEqual([]);
  expect(importersOf('runRequests')).toEqual([
    'flows/decide/decide-once.ts',
    'flows/gate/judge-proposal.ts',
    'flows/gate/replay-suite.ts',
    'flows/judging/judge-trials.ts',
    'flows/promote/try-agent.ts',
  ]);
  expect(importersOf('recordScores')).toEqual(['flows/decide/decide-once.ts', 'flows/judging/judge-trials.ts']);
});
