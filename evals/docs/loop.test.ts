import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandsBelow } from '../../src/cli/testing/commands-below.ts';
import { runHere } from '../../src/cli/testing/run-here.ts';
import { seededRandom } from '../../src/index.ts';
import { loopPictures, loopSteps } from './loop-picture.ts';

const repository = join(import.meta.dirname, '../..');
const [, section = ''] = /^## The loop\n([\s\S]*?)\n## /m.exec(readFileSync(join(repository, 'README.md'), 'utf8')) ?? [];
const [, block = ''] = /^```sh\n([\s\S]*?)^```/m.exec(section) ?? [];
const commands = block
  .trim()
  .split('\n')
  .map((line) => line.replace(/\s+#.*$/, '').replace('npx ', ''));

test('the picture is the one that its script draws, in either theme, and names commands that there are', async () => {
  for (const [name, picture] of Object.entries(loopPictures()))
    expect(readFileSync(new URL(`pictures/${name}`, import.meta.url), 'utf8'), 'made anew by: node evals/docs/loop-picture.ts').toBe(
      picture,
    );
  const known = (await commandsBelow()).map((words) => `docket ${words.join(' ')}`);
  const named = loopSteps.flatMap(({ lines }) => lines).filter((line) => line.startsWith('docket '));
  expect(named.length).toBeGreaterThan(8);
  // So many letters a box is wide.
  for (const line of loopSteps.flatMap(({ lines }) => lines)) expect(line.length, line).toBeLessThanOrEqual(23);
  for (const line of named) expect(known).toContain(line.replace(/ --.*/, ''));
  expect(loopSteps.filter(({ person }) => person).map(({ title }) => title)).toEqual(['Review', 'Merge']);
});

describe('the loop in ten commands', { tags: ['slow'] }, () => {
  const project = mkdtempSync(join(tmpdir(), 'docket-loop-'));
  afterAll(() => rmSync(project, { recursive: true, force: true }));
  const git = (...words: readonly string[]) => execFileSync('git', words, { cwd: project, encoding: 'utf8', stdio: 'pipe' });

  /** What a command is given here beside its words: a person's answers, and fewer trials. */
  const more = (command: string): string[] => {
    if (command.startsWith('docket cases review')) {
      const drafts = readdirSync(join(project, 'cases/drafts')).map((file) => ({
        draft: file.replace('.json', ''),
        answer: 'approve',
        title: file,
      }));
      writeFileSync(join(project, 'answers.json'), JSON.stringify(drafts));
      return ['--decide', 'answers.json'];
    }
    if (command.startsWith('docket cases draft')) return ['--limit', '2'];
    if (command.startsWith('docket version try')) return ['--mode', 'simulated', '--trials', '2', '--no-attribution'];
    if (/docket (?:decide|gate)/.test(command)) return ['--mode', 'simulated'];
    return [];
  };

  test('goes from runs to a version on a branch, and to main', { timeout: 300_000 }, async () => {
    expect(commands).toHaveLength(10);
    git('clone', '--quiet', '--no-hardlinks', repository, '.');
    git('switch', '--quiet', '--force-create', 'main');
    git('config', 'user.name', 'Your Name');
    git('config', 'user.email', 'you@example.org');
    symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'), 'dir');
    const random = seededRandom('applications');
    const between = (least: number, most: number) => Math.round(least + (most - least) * random());
    const application = () => ({
      annual_income: 1000 * between(30, 240),
      total_debt: 100 * between(0, 400),
      credit_score: between(480, 820),
      loan_amount: 1000 * between(20, 800),
    });
    writeFileSync(join(project, 'applications.jsonl'), Array.from({ length: 16 }, () => `${JSON.stringify(application())}\n`).join(''));
    const printed = new Map<string, string>();
    for (const command of commands) {
      if (command.startsWith('git ')) {
        git(...command.split(' ').slice(1));
        continue;
      }
      const { code, stdout, stderr } = await runHere([...command.split(' ').slice(1), ...more(command)], { directory: project });
      printed.set(command.split(' ').slice(1, 3).join(' '), stdout + stderr);
      // A draft that keeps its promises and breaks something else is what a trial is for; nothing that could not run is.
      expect([0, ...(command.startsWith('docket version try') ? [1, 5] : [])], `${command}\n${stdout}${stderr}`).toContain(code);
    }
    expect(printed.get('improve --version')).toMatch(/P0-4 +prompt/);
    expect(printed.get('version try')).toMatch(/kept/);
    expect(git('log', '--format=%s', '-3')).toContain('P0-4');
    expect(readFileSync(join(project, 'src/underwriting/agent.ts'), 'utf8')).toContain('v4');
  });
});
