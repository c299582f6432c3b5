import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../contracts/json.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { type GateProject, gateFiles, gateProject } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const schemaFile = 'tool-variants/scales/decision.json';
const labelled = {
  label: { decision: { accepted: true, fee: 10 }, source: 'human', rationale: 'As weighed.', reviewers: [{ kind: 'human' }] },
};

/** The agent with the label as its only judge, and main's decision kept as another variant, so that the labels still fit some decision. */
const agent = gateFiles
  .agent()
  .replace(/scorers: \[.*?\n {2}\],/s, "scorers: [expectedDecision({ approvalField: 'accepted' })],")
  .replace(
    'toolVariants: {',
    "toolVariants: { former: defineToolVariant({ directory: new URL('tool-variants/former/', import.meta.url), tools: { weigh: { source: new URL('scales.ts', import.meta.url).href, run: (_, { weight }) => weigh(weight) } } }),",
  );

let main: GateProject;
beforeAll(async () => {
  main = gateProject();
  main.write('agent.ts', agent);
  // As a model does, the clerk says what the schema that it is sent requires, and no more.
  const said =
    "Object.fromEntries(request.output_config.format.schema.required.map((field) => [field, { ...decision, zone: 'a' }[field]]))";
  main.write('clerk.ts', main.read('clerk.ts').replace('JSON.stringify(decision)', `JSON.stringify(${said})`));
  cpSync(join(main.directory, 'tool-variants/scales'), join(main.directory, 'tool-variants/former'), { recursive: true });
  main.write('cases/light.json', gateFiles.parcel('light', 5, true, labelled));
  const former = JSON.parse(main.read('tool-variants/former/decision.json')) as { properties: JsonObject };
  main.write('tool-variants/former/decision.json', { ...former, properties: { ...former.properties, zone: { type: 'string' } } });
  const zoned = { ...labelled.label, decision: { accepted: false, zone: 'a' } };
  main.write('cases/heavy.json', gateFiles.parcel('heavy', 30, false, { label: zoned }));
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

/** A pull request whose decision has other fields. */
function deciding(change: (schema: { properties: JsonObject; required: string[] }) => void): GateProject {
  const schema = JSON.parse(main.read(schemaFile)) as { properties: JsonObject; required: string[] };
  change(schema);
  return changing(main, { [schemaFile]: schema });
}

const findingsOf = (verdict: Verdict, id: string) =>
  'cases' in verdict
    ? verdict.cases.find((each) => each.id === id)?.candidate.trials.map(({ findings }) => findings.map(({ code }) => code))
    : [];

it('blocks a decision that leaves out what its schema made optional', { tags: ['slow'] }, async () => {
  using project = deciding((schema) => {
    schema.required = ['accepted', 'reason'];
  });
  const { verdict, stdout } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'regressed', exitCode: 1 });
  expect(new Set(findingsOf(verdict, 'light')?.flat())).toEqual(new Set(['missing-field']));
  expect(stdout).toContain('fee is missing, expected 10');
});

it('blocks a decision whose schema dropped a field that labels name, and says so first', { tags: ['slow'] }, async () => {
  using project = deciding((schema) => {
    schema.required = ['accepted', 'reason'];
    delete schema.properties.fee;
  });
  const { verdict, stdout } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'regressed', exitCode: 1 });
  const { notices } = verdict;
  expect(notices[0]).toMatchObject({
    kind: 'decision-changed',
    message: expect.stringContaining(
      "no longer has the field fee, which main's has. 1 of 4 labels name it; in those cases a decision without it fails (missing-field).",
    ),
  });
  expect(stdout).toContain('no longer has the field fee');
  // By itself the version is right as far as it decides; what its passes do not say is said.
  const alone = await runHere(['eval'], project);
  expect(alone.stdout).toContain("v1's decision has no zone or fee, which labels expect; for v1 they are not compared.");
  expect(alone.code).toBe(0);
});

it('tells of a field that was lost and that no label names, and of a new one', { tags: ['slow'] }, async () => {
  using lost = deciding((schema) => {
    schema.required = ['accepted', 'fee'];
    delete schema.properties.reason;
  });
  const { verdict } = await judge(lost);
  expect(verdict).toMatchObject({ verdict: 'pass' });
  expect(verdict.notices[0]?.message).toContain("no longer has the field reason, which main's has. No label names it");

  using added = deciding((schema) => {
    schema.properties.zone = { type: 'string' };
    schema.required.push('zone');
  });
  const second = await judge(added);
  expect(second.verdict.notices).toContainEqual({
    kind: 'decision-changed',
    message: expect.stringContaining(
      "a new field zone, which 1 of 4 labels name; main's does not have it, so only the candidate is judged by it",
    ),
  });
});
