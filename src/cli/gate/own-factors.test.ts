import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Verdict } from '../../contracts/verdict.ts';
import { gateProject } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const docket = new URL('../../index.ts', import.meta.url).href;
const main = gateProject();

/** Follows what its prompt says, weighs by its scales, and asks the table for what it costs. */
const decide = `
import { readdirSync, readFileSync } from 'node:fs';
import { limit } from './tools/scales.ts';
import { fee } from './table.ts';
export function decide({ weight }, version) {
  const folder = new URL(version === 'v2' ? 'prompts-v2/' : 'prompts/', import.meta.url);
  const prompt = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8')).join();
  const accepted = prompt.includes('over the limit') ? weight <= limit : true;
  return { accepted, fee: accepted ? fee(weight) : 0, reason: 'As weighed.' };
}
`;
const agent = `
import { z } from 'zod';
import { functionAgent } from '${docket}';
import { decide } from './decide.ts';
import { scorers } from './scorers.ts';
export const parcelCounter = functionAgent({
  name: 'parcel-counter',
  source: new URL('decide.ts', import.meta.url).href,
  input: z.strictObject({ weight: z.number().positive() }),
  decision: z.strictObject({ accepted: z.boolean(), fee: z.number(), reason: z.string() }),
  versions: { v1: { factors: { prompt: 'prompts', tools: ['tools/**'], tariff: { environment: 'COUNTER_TARIFF' } } }, v2: { factors: { prompt: 'prompts-v2', tools: ['tools/**'] } } },
  run: async (input, { version }) => ({ decision: await decide(input, version.name) }),
  scorers,
  scorersSource: new URL('scorers.ts', import.meta.url).href,
});
`;
const soundPrompt = 'Take no parcel over the limit.\n';

beforeAll(async () => {
  for (const path of ['clerk.ts', 'scales.ts', 'user-message.txt', 'prompts/v1.md']) main.remove(path);
  main.write('prompts/clerk.md', soundPrompt);
  main.write('prompts-v2/clerk.md', 'Be kind.\n');
  main.write('tools/scales.ts', 'export const limit = 20;\n');
  main.write('table.ts', 'export const fee = (weight) => weight * 2;\n');
  main.write('decide.ts', decide);
  main.write(
    'scorers.ts',
    `import { expectedDecision } from '${docket}';\nexport const scorers = [expectedDecision({ approvalField: 'accepted' })];\n`,
  );
  main.write('agent.ts', agent);
  main.commit('A function with parts');
  const { code, stderr } = await runHere(['baseline', 'accept'], main);
  if (code !== 0) throw new Error(stderr);
  main.commit('The baseline');
});
afterAll(() => {
  vi.unstubAllEnvs();
  main[Symbol.dispose]();
});

async function blamed(files: Readonly<Record<string, string>>, removed: readonly string[] = []) {
  using project = changing(main, files);
  for (const path of removed) project.remove(path);
  project.commit('The change');
  const { verdict, stdout } = await judge(project);
  if (verdict.verdict !== 'regressed' || !verdict.attribution) throw new Error(`${verdict.verdict}: ${stdout}`);
  return { attribution: verdict.attribution, stdout, verdict: verdict as Extract<Verdict, { verdict: 'regressed' }> };
}

describe('the gate names the part of an agent that answers by itself', () => {
  it('a prompt that was rewritten under another name, beside harmless tools and other code', { tags: ['slow'] }, async () => {
    const { attribution, stdout } = await blamed(
      {
        'prompts/kind.md': 'Be kind.\n',
        'tools/scales.ts': 'export const limit = 20.5;\n',
        'table.ts': 'export const fee = (weight) => 2 * weight;\n',
      },
      ['prompts/clerk.md'],
    );
    expect(attribution).toMatchObject({ factor: 'prompt', notDecidable: [] });
    expect(attribution.contrasts.map(({ factors }) => factors)).toEqual([['prompt'], ['tools'], ['rest']]);
    expect(attribution.diffs.map(({ title, lines }) => [title, lines.map(({ kind }) => kind)])).toEqual([
      ['prompts/kind.md', ['added']],
      ['prompts/clerk.md', ['removed']],
    ]);
    expect(stdout).toContain("With the candidate's prompt alone the case");
  });

  it('what it cannot try apart it names, and blames nothing for it', { tags: ['slow'] }, async () => {
    const { attribution } = await blamed({
      // Tools that need a file of the rest: without it they do not load.
      'tools/scales.ts': "import { most } from '../most.ts';\nexport const limit = most;\n",
      'most.ts': 'export const most = 90;\n',
    });
    expect(attribution.factor).toBe('unclear');
    expect(attribution.notDecidable).toContainEqual({
      factors: ['tools'],
      reason: expect.stringMatching(/^Not decidable: main with the candidate's tools does not run: .*most\.ts/s),
    });
  });
});

it('a version whose prompt is other files than that of main is put down to them, not to nothing', { tags: ['slow'] }, async () => {
  using project = main.branch();
  const { verdict } = await judge(project, ['--candidate', 'v2']);
  expect(verdict).toMatchObject({ verdict: 'regressed', attribution: { factor: 'prompt', reason: 'Only the prompt changed.' } });
});

it('a variable that a version names is part of it, and its value is written nowhere', async () => {
  const run = (tariff: string) => {
    vi.stubEnv('COUNTER_TARIFF', tariff);
    return runHere(['eval', '--json', '--trials', '1'], main);
  };
  const [first, second, again] = [await run('secret-of-the-house'), await run('another'), await run('secret-of-the-house')];
  const fingerprints = [first, second, again].map(
    ({ stdout }) => (JSON.parse(stdout) as { versions: { version: object }[] }).versions[0]?.version,
  );
  expect(fingerprints[1]).not.toEqual(fingerprints[0]);
  expect(fingerprints[2]).toEqual(fingerprints[0]);
  expect(fingerprints[0]).toHaveProperty('fingerprint');
  expect(JSON.stringify([first, second, again])).not.toContain('secret-of-the-house');
});
