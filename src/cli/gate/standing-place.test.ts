import { realpathSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gateFiles, gateProject } from '../testing/gate-project.ts';
import { changing, judge, laxPrompt } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

/** Main's rules, found by where the process stands and by a variable that leads into the checkout. */
const main = gateProject();
const scorers = `
import { readFileSync } from 'node:fs';
const limitIn = (folder) => JSON.parse(readFileSync([folder, 'rules', 'limit.json'].join('/'), 'utf8')).limit;
const follows = (name, folder) => ({
  scope: 'trial',
  name,
  score({ input, trial }) {
    const pass = trial.outcome.decision?.accepted === input.weight <= limitIn(folder());
    return { name, hard: true, pass, value: pass ? 1 : 0, reason: 'by the limit', findings: [] };
  },
});
export const scorers = [follows('by-folder', () => '.'), follows('by-variable', () => process.env.RULES_OF ?? '.')];
`;

beforeAll(async () => {
  main.write('scorers.ts', scorers);
  main.write('rules/limit.json', { limit: 20 });
  main.write(
    'agent.ts',
    gateFiles
      .agent({ scorer: 'scorers.ts' })
      .replace(/ {2}scorers: \[[\s\S]*?\n {2}\],\n/, '  scorers,\n')
      .replace('import { weigh }', "import { scorers } from './scorers.ts';\nimport { weigh }"),
  );
  main.write('docket.config.ts', gateFiles.config().replace('"cases":"cases"', "cases: process.cwd() + '/cases'"));
  const { code } = await standing(main.directory, () => runHere(['baseline', 'accept'], main));
  expect(code).toBe(0);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

it("main's rules are main's files, also those that it finds by where it stands or by a variable", { tags: ['slow'] }, async () => {
  using project = changing(main, {
    'prompts/v1.md': laxPrompt,
    'rules/limit.json': { limit: 900 },
    'cases/heavy.json': gateFiles.parcel('heavy', 5, true),
    'cases/over-limit.json': gateFiles.parcel('over-limit', 6, true),
  });
  const { verdict } = await standing(project.directory, async () => {
    const judged = await judge(project, [], { RULES_OF: project.directory });
    expect([realpathSync(process.cwd()), process.env.RULES_OF]).toEqual([realpathSync(project.directory), project.directory]);
    return judged;
  });
  // What is proposed, in its own place, passes; main's labels and limit, none of which is as in the change, do not let it.
  expect(verdict).toMatchObject({
    verdict: 'needs-approval',
    exitCode: 6,
    proposal: { byMain: expect.stringContaining('fails 2 of 4 cases') },
  });
});

/** As a command that is started there. */
async function standing<Result>(directory: string, run: () => Promise<Result>): Promise<Result> {
  const before = process.cwd();
  process.chdir(directory);
  process.env.RULES_OF = directory;
  try {
    return await run();
  } finally {
    process.chdir(before);
    delete process.env.RULES_OF;
  }
}
