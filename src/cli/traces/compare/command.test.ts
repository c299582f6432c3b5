import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FixtureProject, fixtureProject } from '../../testing/fixture-project.ts';
import { runHere } from '../../testing/run-here.ts';

interface Recorded {
  readonly task_id?: number;
  readonly trial: number;
  readonly reward?: number;
  readonly quality?: number;
}

/** Runs as tau-bench records them. */
async function imported(project: FixtureProject, agent: string, runs: readonly Recorded[]) {
  const file = join(project.directory, `${agent}.json`);
  const traj = (task: number | undefined) => [
    { role: 'user', content: `Change booking ${task}.` },
    { role: 'assistant', content: 'Done.' },
  ];
  writeFileSync(
    file,
    JSON.stringify(
      runs.map(({ quality, ...run }) => ({ ...run, ...(quality === undefined ? {} : { score: quality }), traj: traj(run.task_id) })),
    ),
  );
  return await runHere(['traces', 'import', file, '--agent', agent, '--json'], project);
}

/** Fifty tasks, four trials each; of the first so many tasks every run fails. */
const fifty = (failing: number): Recorded[] =>
  Array.from({ length: 200 }, (_, index) => ({ task_id: index % 50, trial: Math.floor(index / 50), reward: index % 50 < failing ? 0 : 1 }));

async function compared(project: FixtureProject, ...words: readonly string[]) {
  return await runHere(['traces', 'compare', '--by', 'task', '--group', 'agent=old,new', ...words], project);
}

describe('docket traces compare', () => {
  it('judges two sides of fifty tasks with four recorded runs each, as computed by hand', async () => {
    using project = fixtureProject();
    // The very same runs of two agents are two runs.
    expect(JSON.parse((await imported(project, 'old', fifty(0))).stdout)).toMatchObject({ added: 400, known: 0, format: 'messages' });
    expect(JSON.parse((await imported(project, 'new', fifty(3))).stdout)).toMatchObject({ added: 400, known: 0 });
    const found = JSON.parse((await compared(project, '--json')).stdout);
    expect(found).toMatchObject({
      score: 'reward',
      sides: [
        { passes: 200, runs: 200 },
        { passes: 188, runs: 200 },
      ],
      // Three of fifty tasks, each from 4/4 to 0/4.
      drop: { value: expect.closeTo(0.06, 12) },
      // Of eight runs with four failures, all four fall on one side in one of 70 ways.
      pWorse: expect.closeTo(1 / 70 ** 3, 12),
      pBetter: expect.closeTo(1, 12),
      informativeTasks: 3,
      verdict: 'worse',
      leftOut: { otherRuns: 0, withoutTask: 0, withoutScore: 0 },
    });
    expect(found.tasks).toHaveLength(50);
    expect(found.tasks[2]).toMatchObject({
      task: '2',
      sides: [
        { passes: 4, runs: 4 },
        { passes: 0, runs: 4 },
      ],
    });
    const { stdout, stderr } = await compared(project, '--output', 'out/comparison.html');
    expect(stderr).toContain('The page is out/comparison.html');
    expect(readFileSync(join(project.directory, 'out/comparison.html'), 'utf8')).toContain('<h1>Passes less often: old and new</h1>');
    expect(stdout).toContain('new passes less often than old on these tasks: by 6.0 points');
    expect(stdout).toContain('3 of 50 tasks can tell them apart');
    const back = await runHere(['traces', 'compare', '--by', 'task_id', '--group', 'agent=new,old', '--json'], project);
    expect(JSON.parse(back.stdout)).toMatchObject({
      verdict: 'better',
      drop: { value: expect.closeTo(-0.06, 12) },
      pWorse: expect.closeTo(1, 12),
    });
  });

  it('shows no difference where there is little to tell it by, and says that this is no proof', async () => {
    using project = fixtureProject();
    await imported(project, 'old', [
      { task_id: 1, trial: 0, reward: 1 },
      { task_id: 2, trial: 0, reward: 1 },
      { task_id: 3, trial: 0, reward: 1 },
    ]);
    await imported(project, 'new', [
      { task_id: 1, trial: 0, reward: 0 },
      { task_id: 2, trial: 0, reward: 1 },
      { trial: 0, reward: 0 },
      { task_id: 9, trial: 0 },
    ]);
    // Task 1 alone: of two runs with one failure, it falls on either side half of the time.
    expect(JSON.parse((await compared(project, '--json')).stdout)).toMatchObject({
      // One run a side says nothing: all that a share can be, and no more.
      drop: { value: expect.closeTo(0.5, 12), low: -1, high: 1 },
      pWorse: expect.closeTo(0.5, 12),
      informativeTasks: 1,
      verdict: 'no-difference-shown',
      leftOut: { withoutTask: 1, withoutScore: 1 },
    });
    const { stdout } = await compared(project);
    expect(stdout).toContain('That is no proof that they are equal.');
    expect(stdout).toContain('Left out: 1 without a task, 1 without the score reward.');
  });

  it('says what is missing: a side, a task of both, a score, which score', async () => {
    using project = fixtureProject();
    await imported(project, 'old', [{ task_id: 1, trial: 0, reward: 1, quality: 0.7 }]);
    expect(await compared(project)).toMatchObject({ code: 2, stderr: expect.stringContaining('several scores: reward, score.') });
    await imported(project, 'new', [{ task_id: 2, trial: 0, reward: 0, quality: 0.9 }]);
    expect((await compared(project, '--score', 'score', '--pass-at', '0.8')).stdout).toContain('no task was run by both old and new');
    const nobody = await runHere(['traces', 'compare', '--by', 'task', '--group', 'agent=x,y'], project);
    expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining('No run is of either side.') });
    for (const group of ['agent', 'agent=a', 'agent=a,a', '=a,b', 'agent=a,b,c'])
      expect((await runHere(['traces', 'compare', '--by', 'task', '--group', group], project)).stderr, group).toContain('agent=a,b');
  });
});
