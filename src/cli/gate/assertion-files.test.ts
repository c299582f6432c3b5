import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateProject } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const docket = new URL('../../index.ts', import.meta.url).href;
const main = gateProject();

const scorers = (address: string) => `
import { assertion } from '${docket}';
export const scorers = [assertion({ type: 'javascript', value: ${address} })];
`;
const limits = (limit: number) => `export const limit = ${limit};\n`;
const lax = "export default (output) => 'accepted' in output;\n";
/** Can fail nothing, and so turns nothing green, approved or not. */
const gutted = 'export default () => true;\n';

beforeAll(async () => {
  for (const path of ['clerk.ts', 'scales.ts', 'user-message.txt', 'prompts/v1.md']) main.remove(path);
  main.write('check.mjs', 'export default (output, { vars }) => output.accepted === vars.weight <= 20;\n');
  main.write('limits.ts', limits(20));
  main.write('scorers.ts', scorers("new URL('check.mjs', import.meta.url).href"));
  main.write(
    'agent.ts',
    `
import { z } from 'zod';
import { functionAgent } from '${docket}';
import { limit } from './limits.ts';
import { scorers } from './scorers.ts';
export const parcelCounter = functionAgent({
  name: 'parcel-counter',
  source: new URL('limits.ts', import.meta.url).href,
  input: z.strictObject({ weight: z.number().positive() }),
  decision: z.strictObject({ accepted: z.boolean() }),
  run: async ({ weight }) => ({ decision: { accepted: weight <= limit } }),
  scorers,
  scorersSource: new URL('scorers.ts', import.meta.url).href,
});
`,
  );
  const { code, stderr } = await runHere(['baseline', 'accept', '--trials', '5'], main);
  if (code !== 0) throw new Error(stderr);
  main.commit('A counter that a file judges');
});
afterAll(() => main[Symbol.dispose]());

describe('a scorer that names a file', { tags: ['slow'] }, () => {
  const changed = async (files: Readonly<Record<string, string>>) => {
    using project = changing(main, files);
    return (await judge(project)).verdict;
  };

  it('is no change of the rules where the file is the same, wherever the checkouts lie', async () => {
    expect(await changed({ 'limits.ts': limits(20.5) })).toMatchObject({ verdict: 'pass', ruleChanges: [] });
  });

  it('is a change of the rules by the file, and of nothing else', async () => {
    const row = expect.objectContaining({ what: 'scorer', where: 'check.mjs', weighs: true });
    expect(await changed({ 'check.mjs': lax })).toMatchObject({ verdict: 'pass', ruleChanges: [row] });
    expect(await changed({ 'check.mjs': lax, 'limits.ts': limits(99) })).toMatchObject({
      verdict: 'needs-approval',
      reason: expect.stringContaining("fails 2 of 4 cases under main's"),
      ruleChanges: [row],
    });
    const { verdict, exitCode } = await changed({ 'check.mjs': gutted, 'limits.ts': limits(99) });
    expect({ verdict, exitCode }).toEqual({ verdict: 'regressed', exitCode: 1 });
  });

  it("that would be the candidate's on main's side, because its address is written out, ends the gate", async () => {
    using project = main.branch();
    project.write('scorers.ts', scorers(JSON.stringify(`file://${project.directory}/check.mjs`)));
    project.commit('An address of this checkout');
    project.git('branch', '--force', 'main');
    project.git('switch', '--quiet', '--create', 'worse');
    project.write('check.mjs', lax);
    project.write('limits.ts', limits(99));
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'error', exitCode: 2 });
    expect(verdict.reason).toMatch(/^A scorer of main names \S+check\.mjs, a file of the change, /);
  });
});
