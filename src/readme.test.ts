import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageManifest from '../package.json' with { type: 'json' };
import { caseSchema } from './contracts/case.ts';

const repository = join(import.meta.dirname, '..');
const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);

/** Everything between two ellipses must stand in the output, in this order. */
function expectShown(output: string, shown: string): void {
  let from = 0;
  for (const part of shown.split('…').map((piece) => piece.trim())) {
    const at = output.indexOf(part, from);
    expect(at, `"${part}" in:\n${output}`).toBeGreaterThanOrEqual(0);
    from = at + part.length;
  }
}

const consoleBlocks = blocks('console').map((block) => {
  const [command = '', ...lines] = block.trimEnd().split('\n');
  return { command: command.replace('$ ', ''), lines };
});

test('the README shows commands', () => {
  expect(consoleBlocks.length).toBeGreaterThan(2);
});

test.each(consoleBlocks)('$command prints what the README says', ({ command, lines }) => {
  const environment = { ...process.env, COLUMNS: '140', NO_COLOR: '1', ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '' };
  const { stdout, status } = spawnSync(`${command} --mode simulated`, { cwd: repository, encoding: 'utf8', env: environment, shell: true });
  expect(status).toBe(0);
  for (const line of lines) expectShown(stdout, line);
});

test('the case it shows is a case', () => {
  const [example = ''] = blocks('json');
  expect(() => caseSchema.parse(JSON.parse(example))).not.toThrow();
});

test('the npm scripts and files it names exist', () => {
  for (const [, script = ''] of readme.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(packageManifest.scripts)).toContain(script);
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: repository, encoding: 'utf8' });
  for (const [, file = ''] of readme.matchAll(/`((?:src|evals|cases)\/[\w./-]+)`/g)) expect(tracked).toContain(file);
});
