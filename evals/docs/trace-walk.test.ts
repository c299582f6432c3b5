import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runHere } from '../../src/cli/testing/run-here.ts';
import { caseSchema } from '../../src/contracts/case.ts';
import { makeUnderwriterProject } from './underwriter-project.ts';

const project = makeUnderwriterProject();
afterAll(() => rmSync(project, { recursive: true, force: true }));

async function docket(...words: readonly string[]) {
  const { code, stdout, stderr } = await runHere([...words, '--json'], { directory: project });
  // An evaluation with a version that fails ends with 1.
  if (code !== 0 && words[0] !== 'eval') throw new Error(`docket ${words.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Runs a command of the page: what the page shows of it, but for numbers, ids and what stands indented below, must be what it prints. */
async function expectShown(...words: readonly string[]): Promise<void> {
  const page = readFileSync(new URL('review.md', import.meta.url), 'utf8');
  const [, shown] = page.split(`\n$ npx docket ${words.join(' ')}\n`);
  const lines = (shown?.split(/\n\$ |\n```/)[0] ?? '')
    .split('\n')
    .filter((line) => /^ ?[^\s…]/.test(line) && !/^ (?:trace-|20)/.test(line));
  expect(lines.length, words.join(' ')).toBeGreaterThan(0);
  const { stdout } = await runHere(words, { directory: project });
  const printed = skeleton(stdout);
  for (const line of lines) expect(printed).toContain(skeleton(line));
}

/** A text without what differs from run to run: ids, folders, file names, numbers, and how wide columns are. */
function skeleton(text: string): string {
  return text
    .replaceAll(/trace-[0-9a-f]{16}/g, 'trace-#')
    .replaceAll(/\S*\/(cases\/)/g, '$1')
    .replaceAll(/cases\/[\w-]+\.json/g, 'cases/#.json')
    .replaceAll(/\d+/g, '#')
    .replaceAll(/ +/g, ' ')
    .trim();
}

test('from the traces of version 1 to three reviewed cases that it fails and version 2 passes: the walk of review.md', {
  tags: ['slow'],
}, async () => {
  // Fewer applications than in review.md: each is a process.
  execFileSync(process.execPath, [join(import.meta.dirname, 'production-traffic.ts'), '8'], { cwd: project });
  const { traces } = await docket('traces', 'ls');
  expect(traces).toHaveLength(8);
  await expectShown('traces', 'score');
  await expectShown('cases', 'draft', '--limit', '3', '--by', 'finding');
  const drafts = readdirSync(join(project, 'cases/drafts')).map((file) => basename(file, '.json'));
  expect(drafts).toHaveLength(3);
  const answers = drafts.map((draft, index) => ({
    draft,
    answer: 'approve',
    id: `from-trace-${index + 1}`,
    title: `A case from production, number ${index + 1}`,
  }));
  writeFileSync(join(project, 'answers.json'), JSON.stringify(answers));
  await expectShown('cases', 'review', '--decide', 'answers.json');
  for (const { id } of answers) {
    const promoted = caseSchema.parse(JSON.parse(readFileSync(join(project, 'cases', `${id}.json`), 'utf8')));
    expect(promoted.origin).toMatchObject({ kind: 'trace', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(promoted.label.reviewers.map(({ kind }) => kind)).toEqual(['policy', 'human']);
  }
  const named = answers.flatMap(({ id }) => ['--case', id]);
  const { versions } = await docket('eval', '--versions', 'v1,v2', ...named, '--trials', '2', '--mode', 'simulated');
  const passes = versions.map((each: { version: { name: string }; cases: { passes: number }[] }) => [
    each.version.name,
    each.cases.map(({ passes }) => passes),
  ]);
  expect(passes).toEqual([
    ['v1', [0, 0, 0]],
    ['v2', [2, 2, 2]],
  ]);
});
