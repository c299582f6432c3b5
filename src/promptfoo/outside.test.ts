import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Project } from './testing/project.ts';

const repository = dirname(dirname(import.meta.dirname));

/** Writes every name that is looked up and every address that is connected to into a file. */
const witness = `import dns from 'node:dns';
import net from 'node:net';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const seen = (what) => appendFileSync(process.env.TEST_SEEN, what + '\\n');
const { lookup } = dns;
dns.lookup = function (name, ...rest) { seen(name); return lookup.call(this, name, ...rest); };
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...words) {
  const [options] = Array.isArray(words[0]) ? words[0] : words;
  if (options?.host) seen(options.host);
  return connect.apply(this, words);
};
syncBuiltinESMExports();
`;

interface Ended {
  readonly code: number | null;
  readonly hosts: string[];
}

/** Runs a command in a project with the settings of this repository and with nothing from outside, and tells what it looked up. */
async function lookUps(program: string, words: readonly string[]): Promise<Ended> {
  const project = new Project([{ id: 'just-right', amount: 1429 }], [{ version: 'strict', prompt: 'strict' }]);
  onTestFinished(() => project.remove());
  project.write('witness.mjs', witness);
  for (const file of ['.promptfoo.env', '.npmrc']) copyFileSync(join(repository, file), join(project.folder, file));
  symlinkSync(join(repository, 'node_modules'), join(project.folder, 'node_modules'));
  const seen = join(project.folder, 'seen.txt');
  const child = spawn(program, words, {
    cwd: project.folder,
    env: {
      PATH: process.env.PATH,
      HOME: project.folder,
      PROMPTFOO_CONFIG_DIR: join(project.folder, '.promptfoo'),
      NODE_OPTIONS: `--import=${join(project.folder, 'witness.mjs')}`,
      TEST_SEEN: seen,
    },
    stdio: 'ignore',
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, hosts: existsSync(seen) ? readFileSync(seen, 'utf8').trim().split('\n') : [] };
}

test('npx promptfoo eval in a clone looks nothing up outside', { tags: ['slow'] }, async () => {
  expect(await lookUps('npx', ['promptfoo', 'eval', '--no-table', '--no-write'])).toEqual({ code: 0, hosts: [] });
  // The witness sees what is looked up.
  const { hosts } = await lookUps('npx', ['node', '-e', "fetch('http://nowhere.invalid').catch(() => {})"]);
  expect(hosts).toContain('nowhere.invalid');
});
