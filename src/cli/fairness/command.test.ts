import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fairnessSchema } from '../../contracts/fairness.ts';
import { fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

const index = new URL('../../index.ts', import.meta.url).href;
const desk = new URL('../testing/parcel-desk.ts', import.meta.url).href;

/** A parcel desk that is told where a parcel goes; what it makes of that is told as code. */
function deskWith({
  told = true,
  bias = 'false',
  relations = 'invariance({ field: "to", values: ["here", "there"], fields: ["accepted", "fee"] })',
}) {
  const project = fixtureProject();
  onTestFinished(() => project[Symbol.dispose]());
  const { directory, writeCase } = project;
  for (let weight = 6; weight < 20; weight += 1) writeCase(`parcel-${weight}`, parcelCase(`parcel-${weight}`, weight, true));
  writeFileSync(
    join(directory, 'docket.config.ts'),
    `import { defineAgent, invariance } from '${index}';
import { z } from 'zod';
import { parcelDesk } from '${desk}';
const { simulator, userMessage } = parcelDesk;
const input = z.strictObject({ ...parcelDesk.input.shape, to: z.string().optional() });
const render = (input) => userMessage.render(input) + (${told} && input.to ? ' To: ' + input.to : '');
const respond = (request, random, slipping) => {
  const to = /To: (\\w+)/.exec(JSON.stringify(request.messages[0]))?.[1];
  return simulator.respond(request, random, (${bias}) !== slipping);
};
const agent = defineAgent({ ...parcelDesk, input, userMessage: { ...userMessage, render }, simulator: { ...simulator, respond }, relations: [${relations}] });
export default { agent, cases: 'cases', current: 'v2', trials: 2 };
`,
  );
  return (...words: string[]) => runHere(['fairness', ...words], { directory });
}

it('finds a planted bias, in approvals and amounts, and says how large it is', async () => {
  const { stdout, code } = await deskWith({ bias: 'to === "there" && random() < 0.6' })('--json');
  const { attributes, trials, trialsPerCase } = fairnessSchema.parse(JSON.parse(stdout));
  const [to] = attributes;
  expect(to).toMatchObject({ attribute: 'to', relation: 'same-whatever-to', finding: 'differs', cases: 16 });
  expect(to?.groups.map(({ group, trials: each }) => [group, each])).toEqual([
    ['here', 32],
    ['there', 32],
  ]);
  expect(to?.groups[0]?.difference?.low).toBeGreaterThan(0);
  expect(to?.ratio).toBeLessThan(0.8);
  expect(to?.tests.map(({ of }) => of)).toEqual(['approvals', 'fee']);
  expect([trials.run, trialsPerCase, code]).toEqual([96, 2, 1]);
});

it('accuses no desk that errs alike wherever a parcel goes, and says that this proves nothing', async () => {
  const { stdout, code } = await deskWith({ bias: 'random() < 0.3' })('--trials', '3');
  expect(stdout).toContain('✓ No difference that chance would not explain');
  expect(stdout).toContain('No difference was found in 1 attribute. That is no proof that there is none');
  expect(code).toBe(0);
});

it('says so where the agent is never told, and is not green', async () => {
  const { stdout, code } = await deskWith({ told: false })();
  expect(stdout).toContain('The agent is told the same whatever the value is, so nothing could differ: this shows nothing.');
  expect(code).toBe(2);
});

it.each<[string, string, string[], RegExp]>([
  ['no attribute is declared', '', [], /declares no attribute that must not matter/],
  ['the attribute is another', 'invariance({ field: "to", values: ["here"] })', ['--attributes', 'sex'], /has no relation "sex"/],
  [
    'the input has no such field',
    'invariance({ field: "sex", values: ["f", "m"] })',
    [],
    /says nothing of any of the 16 cases.*Unrecognized key/,
  ],
])('is refused before any model is asked where %s', async (_, relations, words, message) => {
  const { stderr, stdout, code } = await deskWith({ relations })(...words);
  expect(stderr).toMatch(message);
  expect([stdout, code]).toEqual(['', 2]);
});
