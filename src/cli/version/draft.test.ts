import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runHere } from '../testing/run-here.ts';
import { plannedChange, planWith, versionProject } from '../testing/version-project.ts';

const hostile = '*/ process.exit(7); /* \u2028 import("node:fs") \n--exec=rm ` ${1+1} "\'; <<EOF \u001B[31m\u202E';
const changes = [
  plannedChange({ id: 'P0-1', group: 'tools', target: 'weigh', literal: false, after: hostile, what: hostile }),
  plannedChange({ id: 'P0-2', group: 'prompt', after: 'Take no parcel that is over the limit.' }),
  plannedChange({ id: 'P0-3', group: 'prompt', after: `Say why. ${hostile}` }),
  plannedChange({
    id: 'P1-1',
    group: 'schema',
    target: 'weight',
    after: JSON.stringify({ weight: { type: 'number', description: hostile } }),
  }),
  plannedChange({
    ...{ id: 'P1-2', group: 'new-tools', target: 'calc_fee', literal: false },
    after: `${JSON.stringify({ name: 'calc_fee', description: 'The fee.', input_schema: { type: 'object', properties: {}, required: [] } })} For example: ${hostile}`,
  }),
  plannedChange({ id: 'P2-1', group: 'flow', target: 'tool calls', literal: false, after: 'Ask for all tools in one turn.' }),
  plannedChange({ id: 'P2-2', group: 'flow', target: 'validate-decision', literal: false, after: hostile }),
  plannedChange({ id: 'P1-3', group: 'cases', target: 'cases', literal: false, after: 'docket cases draft' }),
];

/** Where a hostile plan wants a file. */
const outside = join(tmpdir(), `docket-draft-${process.pid}`);
const project = versionProject();
afterAll(() => project[Symbol.dispose]());
const draft = (...words: readonly string[]) => runHere(['version', 'draft', ...words], project);
const branches = () => project.git('branch', '--format=%(refname:short)').trim().split('\n');

describe('docket version draft', () => {
  it('writes each change as a commit of its own on a new branch, and touches nothing else', async () => {
    project.write('reports/improvement-plan.json', planWith(changes));
    const before = project.git('status', '--porcelain');
    const { code, stdout, stderr } = await draft('v2', '--from', 'v1');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('no version holds cases');
    expect(project.git('status', '--porcelain')).toBe(before);
    expect(project.git('rev-parse', '--abbrev-ref', 'HEAD').trim()).toBe('main');
    const subjects = project.git('log', '--format=%s', 'main..version/v2').trim().split('\n').reverse();
    expect(subjects.map((subject) => subject.slice(0, 17))).toEqual(
      ['parcels v2 begins', ...changes.slice(0, 7).map(({ id }) => `parcels v2, ${id}:`)].map((text) => text.slice(0, 17)),
    );
    expect(
      project
        .git('log', '--format=%(trailers:key=Docket-Change,valueonly,separator=%x2C)', 'main..version/v2')
        .trim()
        .split('\n')
        .filter(Boolean)
        .reverse(),
    ).toEqual(changes.slice(0, 7).map(({ id }) => id));
    // Files of the version, and the two sources that name them: nothing that a plan says is a path.
    expect(project.git('diff', '--name-status', 'main', 'version/v2').trim().split('\n')).toEqual([
      'M\tagent/agent.ts',
      'A\tagent/calc-fee-v2.ts',
      'A\tagent/prompt-v2.md',
      'A\tagent/v2/decision.json',
      'A\tagent/v2/tools/calc_fee.json',
      'A\tagent/v2/tools/weigh.json',
      'A\tagent/validate-decision-v2.ts',
      'A\tagent/weigh-v2.ts',
      'A\treports/drafts/v2.json',
    ]);
    const text = project.show('version/v2', 'agent/agent.ts');
    expect(text).toContain("v2: { prompt: 'v2', toolVariant: 'v2', model: 'claude-sonnet-4-6' }");
    expect(text).toContain('weigh: weighV2,');
    expect(text.replace(/^import .*V2.*\n|^import '.*\n/gm, '')).not.toContain('process.exit');
    const prompt = project.show('version/v2', 'agent/prompt-v2.md');
    expect(prompt).toMatch(
      /^You take parcels\.\n\n1\. Take no parcel that is over the limit\.\n2\. Say why\. .*\n3\. <<TO WRITE P2-1: Ask for all tools in one turn\.>>\n$/,
    );
    const decision = JSON.parse(project.show('version/v2', 'agent/v2/decision.json'));
    expect(Object.keys(decision.properties)).toEqual(['accepted', 'weight', 'reason']);
    expect(decision.required).toEqual(['accepted', 'weight', 'reason']);
    for (const file of ['weigh-v2.ts', 'calc-fee-v2.ts', 'validate-decision-v2.ts']) {
      const code = project
        .show('version/v2', `agent/${file}`)
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('// '));
      expect(code[0]).toMatch(/^(?:export const \w+ = |void )to_be_written_P\d_\d_\w+;$/);
      expect(code.slice(1)).toEqual(file.startsWith('validate') ? ['export {};'] : []);
    }
  });

  it('does not load before a person has written what stands open, in code and in the prompt', { tags: ['slow'] }, async () => {
    project.write('reports/improvement-plan.json', planWith(changes));
    expect((await draft('v3', '--from', 'v1', '--changes', 'P0-1,P2-1')).code).toBe(0);
    // Node.js remembers modules that it loaded, so the branch is looked at in folders of its own.
    using open = project.cloneOf('version/v3');
    expect(await runHere(['versions'], open)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('to_be_written_P0_1_weigh is not defined'),
    });
    using written = project.cloneOf('version/v3');
    written.write('agent/weigh-v3.ts', "export { weigh as weighV3 } from './weigh.ts';\n");
    expect(await runHere(['versions'], written)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the prompt "v3" still holds <<TO WRITE P2-1: Ask for all tools in one turn.>>'),
    });
  });

  it.each<[string, readonly string[], string, object?]>([
    ['an existing version', ['V1', '--from', 'v1'], 'has a version "v1" already'],
    ['an unknown version to begin with', ['v9', '--from', 'v7'], 'has no version "v7"'],
    ['a plan of another version', ['v9', '--from', 'v1'], 'is a plan for version v0', { version: { name: 'v0', fingerprints: [] } }],
    [
      'a plan that is older than the sources',
      ['v9', '--from', 'v1'],
      'its sources have changed since',
      { version: { name: 'v1', fingerprints: ['0'.repeat(64)] } },
    ],
    ['a plan of another agent', ['v9', '--from', 'v1'], 'is for the agent "letters"', { agent: 'letters' }],
    ['an unknown change', ['v9', '--from', 'v1', '--changes', 'P0-1,P0-7'], 'has no change "P0-7"'],
    ['a change that is named twice', ['v9', '--from', 'v1', '--changes', 'P0-2,P0-2'], 'The change P0-2 is named twice'],
    ['cases', ['v9', '--from', 'v1', '--changes', 'P1-3'], 'no version holds cases'],
    ['an existing branch', ['v9', '--from', 'v1', '--branch', 'version/v2'], 'There is a branch version/v2 already'],
    ['a branch below another one', ['v9', '--from', 'v1', '--branch', 'main/next'], 'beside which git can have no main/next'],
    ['an option as a branch', ['v9', '--from', 'v1', '--branch=--force'], 'is no name for a branch'],
    ['a branch that git refuses', ['v9', '--from', 'v1', '--branch', 'a..b'], 'is no name for a branch'],
    ['a name that is a path', ['../v9', '--from', 'v1'], 'is no name for a version'],
    ['a name that no branch can end with', ['v9.lock', '--from', 'v1'], 'is no name for a branch'],
  ])('refuses %s before anything is written', async (_, words, message, more = {}) => {
    project.write('reports/improvement-plan.json', planWith(changes, more));
    const there = branches();
    expect(await draft(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(branches()).toEqual(there);
  });

  const edited: readonly (readonly [
    what: string,
    change: Pick<Parameters<typeof plannedChange>[0], 'group'> & {
      readonly target?: string;
      readonly before?: string;
      readonly literal?: boolean;
      readonly after?: string;
    },
  ])[] = [
    ['a tool by a path', { group: 'tools', target: '../../../etc/cron.d/x' }],
    ['a new tool by an option', { group: 'new-tools', target: `--output=${outside}` }],
    ['a field of the prototype', { group: 'schema', target: '__proto__', literal: true, after: '{"__proto__": {"type": "number"}}' }],
    ['another field than it is about', { group: 'schema', target: 'fee', literal: true, after: '{"accepted": {"type": "number"}}' }],
    ['a schema that is none', { group: 'schema', target: 'fee', literal: true, after: 'process.exit(1)' }],
    ['a rule that the prompt does not have', { group: 'prompt', before: 'Take all.', literal: true, after: 'Take none.' }],
    ['a tool that is there as a new one', { group: 'new-tools', target: 'weigh' }],
    ['a tool that is not there', { group: 'tools', target: 'scales' }],
  ];
  const isRefused = async (...[, change]: (typeof edited)[number]) => {
    project.write('reports/improvement-plan.json', planWith([plannedChange({ id: 'P0-1', literal: false, after: 'x', ...change })]));
    const there = branches();
    expect((await draft('v9', '--from', 'v1')).code).toBe(2);
    expect(branches()).toEqual(there);
    expect(existsSync(outside)).toBe(false);
  };
  it.each(edited.slice(0, 3))('refuses a plan that was edited to name %s', isRefused);
  it.each(edited.slice(3))('refuses a plan that was edited to name %s', { tags: ['slow'] }, isRefused);

  it('refuses what is no plan, no repository, and what is not committed', async () => {
    for (const [text, message] of [
      ['{', 'is not JSON'],
      ['{"kind": "improvement-plan"}', 'is no improvement plan'],
      [JSON.stringify(planWith([])), 'proposes no change'],
    ]) {
      project.write('reports/improvement-plan.json', text ?? '');
      expect(await draft('v9', '--from', 'v1')).toMatchObject({ code: 2, stderr: expect.stringContaining(message ?? '') });
    }
    project.write('reports/improvement-plan.json', planWith(changes));
    const text = project.read('agent/prompt.md');
    project.write('agent/prompt.md', `${text}Half a thought`);
    expect(await draft('v9', '--from', 'v1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not committed (agent/prompt.md)'),
    });
    expect(project.read('agent/prompt.md')).toBe(`${text}Half a thought`);
    project.write('agent/prompt.md', text);
    project.git('switch', '--quiet', '--detach');
    expect(await draft('v9', '--from', 'v1', '--changes', 'P0-2', '--branch', 'nine')).toMatchObject({ code: 0 });
    // A prompt alone: no tool is copied.
    expect(project.git('diff', '--name-only', 'main', 'nine').trim().split('\n')).toEqual([
      'agent/agent.ts',
      'agent/prompt-v9.md',
      'reports/drafts/v9.json',
    ]);
    project.git('switch', '--quiet', 'main');
    using plain = versionProject();
    plain.write('reports/improvement-plan.json', planWith(changes));
    rmSync(join(plain.directory, '.git'), { recursive: true });
    expect(await runHere(['version', 'draft', 'v9', '--from', 'v1'], plain)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not in a git repository with a commit'),
    });
  });
});
