import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateProject, gateProject } from '../testing/gate-project.ts';
import { judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

/** A clerk who turns his answer round in three of ten trials, on main already. */
const flakyPrompt = 'You are a clerk. Take no parcel over the limit, now and then.\n';

const main = gateProject();
beforeAll(async () => {
  main.write('prompts/v1.md', flakyPrompt);
  await runHere(['baseline', 'accept', '--trials', '5'], main);
  main.commit('A flaky clerk and his baseline');
});
afterAll(() => main[Symbol.dispose]());

/** A copy in which everything that an advice says was done, on main and on the branch, with its own commands; and the words for the gate. */
async function obey(project: GateProject, advice: string): Promise<{ readonly copy: GateProject; readonly words: readonly string[] }> {
  // Modules are loaded by path: a folder of its own for each checkout.
  using onMain = project.branchAs('elsewhere');
  onMain.git('stash', '--quiet');
  onMain.git('switch', '--quiet', 'main');
  const rounds = /set gate\.rounds to (\d+)/.exec(advice)?.[1];
  if (rounds !== undefined) {
    onMain.write('docket.config.ts', onMain.read('docket.config.ts').replace('"cases"', `"gate":{"rounds":${rounds}},"cases"`));
  }
  const accept = /"docket (baseline accept [^"]+)"/.exec(advice)?.[1];
  if (accept !== undefined) {
    const { code, stdout } = await runHere(accept.split(' '), onMain);
    expect(stdout).not.toContain('started over');
    expect(code).toBe(0);
  }
  onMain.commit('What the gate advised');
  const copy = onMain.branchAs('again');
  copy.git('switch', '--quiet', 'change');
  copy.git('merge', '--quiet', '--no-edit', 'main');
  copy.git('stash', 'pop', '--quiet');
  return { copy, words: /"docket gate (--budget \d+)"/.exec(advice)?.[1]?.split(' ') ?? [] };
}

describe('docket gate without an answer says what would bring one', () => {
  const isFollowed = async (wording: string) => {
    using project = main.branch();
    project.write('prompts/v1.md', `${flakyPrompt}${wording}\n`);
    const first = await judge(project);
    expect(first.verdict).toMatchObject({ verdict: 'inconclusive', exitCode: 5 });
    const { reason } = first.verdict;
    expect(reason).toMatch(/that brings a verdict in (?:2[789]|30) of 30 simulated continuations\.$/);
    const { copy, words } = await obey(project, reason);
    using later = copy;
    const again = await judge(later, words);
    expect(again.verdict).toMatchObject({ verdict: expect.stringMatching(/^(?:pass|regressed)$/) });
  };
  it('and it does, when it is followed to the letter', { tags: ['slow'] }, () => isFollowed('Be brief.'));
  it.each(['Be kind to people.', 'Be quick.'])('and it does, when it is followed to the letter (%s)', { tags: ['slow'] }, isFollowed);
});
