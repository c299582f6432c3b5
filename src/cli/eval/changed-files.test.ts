import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runHere } from '../testing/run-here.ts';

const index = new URL('../../index.ts', import.meta.url).href;

/** A project whose agent opens a file of its version, and in its second trial somebody edits that file. */
function project(edits: string) {
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
    `import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { expectedDecision, functionAgent } from '${index}';
let runs = 0;
const agent = functionAgent({
  name: 'desk', source: import.meta.url, scorers: [expectedDecision()], input: z.strictObject({ name: z.string() }), decision: z.strictObject({ done: z.boolean() }),
  versions: { v1: { factors: { prompt: ['prompt.txt'] } } },
  async run({ name }) {
    runs += 1;
    if (runs === 2) appendFileSync(\`\${import.meta.dirname}/\${name}\`, ' Politely.');
    return { decision: { done: true } };
  },
});
export default { agent, cases: 'cases', current: 'v1', trials: 3, concurrency: 1 };
`,
  );
  mkdirSync(join(directory, 'cases'));
  const label = { decision: { done: true }, source: 'policy', rationale: 'It is done.', reviewers: [{ kind: 'policy' }] };
  write('cases/one.json', JSON.stringify({ id: 'one', title: 'One', input: { name: edits }, label, origin: { kind: 'designed' } }));
  return directory;
}

describe('files of a version that change while it is run', () => {
  it('are told, and nothing that was run is kept as a trial of it', async () => {
    const directory = project('prompt.txt');
    const { stdout } = await runHere(['eval', '--json'], { directory });
    expect(JSON.parse(stdout)).toMatchObject({
      trials: { run: 3 },
      doubts: expect.arrayContaining([
        expect.stringMatching(/^v1 \(it differs in the prompt.*\) changed while its trials were run\. .*none that was run now is kept/),
      ]),
    });
    // As they were.
    writeFileSync(join(directory, 'prompt.txt'), 'Say yes.');
    expect(JSON.parse((await runHere(['eval', '--json'], { directory })).stdout)).toMatchObject({ trials: { reused: 0 } });
  });

  it('make no baseline', async () => {
    const { code, stderr } = await runHere(['baseline', 'accept'], { directory: project('prompt.txt') });
    expect([code, stderr]).toEqual([3, expect.stringContaining('The baseline was not written. v1 (it differs in the prompt')]);
  });

  it('are those of the version alone: what an agent writes where git looks away is its own matter', async () => {
    const directory = project('written.log');
    const { stdout } = await runHere(['eval', '--json'], { directory });
    expect(JSON.parse(stdout).doubts ?? []).not.toContainEqual(expect.stringContaining('changed while its trials were run'));
    expect(JSON.parse((await runHere(['eval', '--json'], { directory })).stdout)).toMatchObject({ trials: { reused: 3 } });
  });
});
