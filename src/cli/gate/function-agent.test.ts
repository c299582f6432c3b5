import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gateFiles, gateProject } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const docket = new URL('../../index.ts', import.meta.url).href;
const main = gateProject();

/** A plain async function, as a team has it that never heard of Docket. */
const decide = (body: string) => `
const limits = { standard: 20 };
export async function decide({ weight }) {
  await new Promise((resolve) => setTimeout(resolve, 1));
  ${body}
}
`;
const sound = decide(
  "const accepted = weight <= limits.standard; return { accepted, fee: accepted ? weight * 2 : 0, reason: 'As weighed.' };",
);

beforeAll(async () => {
  for (const path of ['clerk.ts', 'scales.ts', 'user-message.txt', 'prompts/v1.md']) main.remove(path);
  main.write('decide.ts', sound);
  main.write(
    'scorers.ts',
    `import { expectedDecision } from '${docket}';\nexport const scorers = [expectedDecision({ approvalField: 'accepted' })];\n`,
  );
  main.write(
    'agent.ts',
    `
import { z } from 'zod';
import { functionAgent } from '${docket}';
import { decide } from './decide.ts';
import { scorers } from './scorers.ts';
export const parcelCounter = functionAgent({
  name: 'parcel-counter',
  source: new URL('decide.ts', import.meta.url).href,
  input: z.strictObject({ weight: z.number().positive() }),
  decision: z.strictObject({ accepted: z.boolean(), fee: z.number(), reason: z.string() }),
  run: async (input) => ({ decision: await decide(input) }),
  scorers,
  scorersSource: new URL('scorers.ts', import.meta.url).href,
});
`,
  );
  main.commit('A function');
  const { code, stderr } = await runHere(['baseline', 'accept'], main);
  if (code !== 0) throw new Error(stderr);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

it('a function agent is evaluated, and has no other mode than its own', async () => {
  const { code, stdout, stderr } = await runHere(['eval', '--trials', '1', '--json'], main);
  expect({ code, asked: stderr.includes('to pay for') }).toEqual({ code: 0, asked: false });
  expect(JSON.parse(stdout)).toMatchObject({ mode: 'live' });
  const simulated = await runHere(['eval', '--mode', 'simulated'], main);
  expect({ ...simulated, stderr: simulated.stderr.replaceAll(/\s+/g, ' ') }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      'The agent "parcel-counter" answers by itself and asks Docket for no model, so there is no mode "simulated".',
    ),
  });
});

it('a function agent passes the gate without a key: unchanged without a trial, rewritten after some', { tags: ['slow'] }, async () => {
  using same = main.branch();
  expect((await judge(same)).verdict).toMatchObject({ verdict: 'pass', basis: 'unchanged', mode: 'live' });
  using rewritten = changing(main, { 'decide.ts': sound.replace('weight <= limits.standard', '!(limits.standard < weight)') });
  const { verdict } = await judge(rewritten);
  expect(verdict).toMatchObject({ verdict: 'pass', basis: 'tested', spending: { trials: { spent: 12 } } });
  const notice = expect.objectContaining({
    kind: 'no-model-call',
    message: expect.stringContaining('No model call was seen in any of 12 trials of'),
  });
  expect(verdict.notices).toContainEqual(notice);
});

it('a function agent that got worse regressed, whether it decides otherwise or fails', { tags: ['slow'] }, async () => {
  using kind = changing(main, { 'decide.ts': sound.replace('standard: 20', 'standard: 99') });
  const judged = await judge(kind);
  expect(judged.verdict).toMatchObject({ verdict: 'regressed', accusation: { cause: 'case' }, attribution: { factor: 'code' } });
  expect(judged.stdout).toContain('the code');
  using failing = changing(main, {
    'decide.ts': decide("if (weight === 30) throw new TypeError('too heavy'); return { accepted: weight <= 20, fee: 0, reason: '' };"),
  });
  const { verdict, stdout } = await judge(failing);
  expect(verdict).toMatchObject({ verdict: 'regressed' });
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('The function threw TypeError: too heavy');
});

it('runs that the agent broke off itself until they went well are told', { tags: ['slow'] }, async () => {
  using project = main.branch();
  const met = JSON.stringify(join(project.directory, '.docket/met'));
  const dying = `if (weight === 30 && !existsSync(${met})) { writeFileSync(${met}, ''); process.exit(1); }`;
  project.write(
    'decide.ts',
    `import { existsSync, writeFileSync } from 'node:fs';${sound.replace('const accepted', `${dying} const accepted`)}`,
  );
  const { verdict } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'pass' });
  expect(verdict.notices).toContainEqual({
    kind: 'tried-again',
    message: expect.stringMatching(/^\d+ of the candidate's 12 runs broke off at first and were made again, 0 of main's \d+\./),
  });
});

it('an agent that begins to answer by itself is a change of the rules, too', { tags: ['slow'] }, async () => {
  using moved = gateProject();
  await runHere(['baseline', 'accept'], moved);
  moved.commit('The baseline');
  using project = moved.branch();
  for (const path of ['agent.ts', 'decide.ts', 'scorers.ts']) project.write(path, main.read(path));
  expect(gateFiles.config()).toContain('parcelCounter');
  const { verdict } = await judge(project);
  expect(verdict.exitCode).not.toBe(0);
  expect(verdict.ruleChanges).toContainEqual(expect.objectContaining({ what: 'setting', field: 'answers', weighs: true }));
});
