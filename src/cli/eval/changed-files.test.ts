import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { editedDesk } from '../testing/edited-desk.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const index = new URL('../../index.ts', import.meta.url).href;

/** A project whose agent opens a file of its version; in its third trial, once two are stored, somebody edits that file. */
function project(edits: string, version = "{ factors: { prompt: ['prompt.txt'] } }") {
  const directory = mkdtempSync(join(tmpdir(), 'docket-changed-files-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  write('package.json', '{ "type": "module" }');
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(directory, 'node_modules'), 'dir');
  execFileSync('git', ['init', '--quiet'], { cwd: directory });
  write('.gitignore', '*.log\nnode_modules\n.docket\nreports\n');
  write('prompt.txt', 'Say yes.');
  write(
    'docket.config.ts',
    `import { appendFileSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { expectedDecision, functionAgent } from '${index}';
const stored = () => {
  const database = new DatabaseSync(\`\${import.meta.dirname}/.docket/docket.db\`, { readOnly: true });
  const { trials } = database.prepare('SELECT count(*) AS trials FROM trials').get();
  database.close();
  return trials;
};
let runs = 0;
const agent = functionAgent({
  name: 'desk', source: import.meta.url, scorers: [expectedDecision()], input: z.strictObject({ name: z.string() }), decision: z.strictObject({ done: z.boolean() }),
  versions: { v1: ${version} },
  async run({ name }) {
    runs += 1;
    if (runs === 3) {
      while (stored() < 2) await wait(5);
      appendFileSync(\`\${import.meta.dirname}/\${name}\`, ' Politely.');
    }
    return { decision: { done: readFileSync(new URL('prompt.txt', import.meta.url), 'utf8') !== '' } };
  },
});
export default { agent, cases: 'cases', current: 'v1', trials: 5, concurrency: 1 };
`,
  );
  mkdirSync(join(directory, 'cases'));
  const label = { decision: { done: true }, source: 'policy', rationale: 'It is done.', reviewers: [{ kind: 'policy' }] };
  write('cases/one.json', JSON.stringify({ id: 'one', title: 'One', input: { name: edits }, label, origin: { kind: 'designed' } }));
  return { directory, putBack: () => write('prompt.txt', 'Say yes.') };
}

const told = 'changed while its trials were run: it differs in';

describe('files of a version that change while it is run', () => {
  it.each([
    ['that are declared', undefined, 'the prompt'],
    ['whose paths are written down in its code', '{}', 'the code'],
  ])('%s end the evaluation: what ended before is kept, and nothing else', async (_, version, part) => {
    const { directory, putBack } = project('prompt.txt', version);
    const { code, stdout } = await runHere(['eval', '--json'], { directory });
    expect(JSON.parse(stdout)).toMatchObject({ trials: { run: 2 }, stopped: expect.stringContaining(`v1 ${told} ${part}`) });
    expect(code).toBe(3);
    putBack();
    expect(JSON.parse((await runHere(['eval', '--json'], { directory })).stdout)).toMatchObject({ trials: { reused: 2, run: 3 } });
  });

  it('are those of the version alone: what an agent writes where git looks away is its own matter', async () => {
    const { directory } = project('written.log');
    const { code, stdout } = await runHere(['eval', '--json'], { directory });
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ trials: { run: 5, reused: 0, failed: 0 } })]);
  });
});

describe('a file that is edited in the middle of a trial', () => {
  it.each([
    ['eval', []],
    ['compare v1 v2', []],
    ['eval --shard 1/1', []],
    ['baseline accept --mode simulated', []],
    ['explore --budget 8', []],
    ['fairness', []],
    ['improve --search 1', []],
    ['replay light --tool weigh --empty', ['eval --case light']],
    ['drift --trials 1', ['baseline accept --mode simulated --trials 2 --most 2']],
    ['mutate --family model --trials 2', []],
  ])('is told by docket %s, which keeps no trial', async (words, before) => {
    const { directory, edit, stored } = editedDesk();
    for (const each of before) await runHere(each.split(' '), { directory });
    const earlier = before.length === 0 ? 0 : await stored();
    edit();
    const { code, stdout, stderr } = await runHere(words.split(' '), { directory });
    expect([code, `${stdout}${stderr}`.replace(/\s+/g, ' ')]).toEqual([3, expect.stringContaining(`${told} the files read at run time`)]);
    expect(await stored()).toBe(earlier);
  });

  it('leaves a fault that is planted then untried: it was not noticed by the suite', { tags: ['slow'] }, async () => {
    const { directory, edit, putBack } = editedDesk();
    const words = ['mutate', '--family', 'model', '--trials', '2', '--json'];
    const { mutants } = JSON.parse((await runHere(words, { directory })).stdout);
    edit();
    const { code, stderr } = await runHere([...words, '--fresh'], { directory });
    expect([code, stderr]).toEqual([3, expect.stringContaining('changed')]);
    putBack();
    expect(JSON.parse((await runHere(words, { directory })).stdout)).toMatchObject({ mutants });
  });

  it.each([
    ['SIGKILL', null],
    ['SIGINT', 130],
  ] as const)('leaves nothing where the run is ended by %s afterwards', { tags: ['slow'] }, async (signal, ended) => {
    const { directory, edit, stored } = editedDesk();
    edit(signal);
    const { code } = await runDocket(['eval'], { directory });
    expect(code).toBe(ended);
    expect(await stored()).toBe(0);
  });
});
