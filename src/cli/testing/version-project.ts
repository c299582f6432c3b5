import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Change } from '../../contracts/improvement-plan.ts';
import type { ChangePromise } from '../../contracts/promise.ts';

/** A git repository with an agent of Docket's tool loop, laid out as `docket init` lays it out, whose prompt lacks a rule and whose scales lie. */
export interface VersionProject extends Disposable {
  readonly directory: string;
  write(path: string, text: string | object): void;
  read(path: string): string;
  git(...words: readonly string[]): string;
  /** What a file says on a branch. */
  show(branch: string, path: string): string;
  /** A clone of its own, with that branch in it. */
  cloneOf(branch: string): VersionProject;
}

const docket = new URL('../../index.ts', import.meta.url).href;

const agent = `import { readFileSync } from 'node:fs';
import { defineAgent, defineToolVariant, expectedDecision } from '${docket}';
import { z } from 'zod';
import { weigh } from './weigh.ts';
import { simulator } from './simulator.ts';

/** The agent on trial. */
export const agent = defineAgent({
  name: 'parcels',
  input: z.strictObject({ weight: z.number().positive() }),
  prompts: { v1: readFileSync(new URL('./prompt.md', import.meta.url), 'utf8') },
  toolVariants: { v1: defineToolVariant<object, object, object>({ directory: new URL('./v1/', import.meta.url), tools: { weigh } }) },
  versions: { v1: { prompt: 'v1', toolVariant: 'v1', model: 'claude-sonnet-4-6' } },
  userMessage: { source: import.meta.url, render: (input) => JSON.stringify(input) },
  policy: ({ weight }) => ({ accepted: weight <= 20 }),
  approvalField: 'accepted',
  scorers: [expectedDecision({ approvalField: 'accepted' })],
  scorersSource: import.meta.url,
  simulator,
});
`;

const weigh = `/** Says the limit wrongly. */
export const weigh = { source: import.meta.url, run: (_, { weight }) => \`Weight: \${weight} kg. Limit: 25 kg.\` };
`;

/** Believes its scales where its prompt says so, takes everything else, and nothing where it is told to be careful. */
const simulator = `export const simulator = {
  source: import.meta.url,
  respond(request) {
    const read = /Weight: ([\\d.]+) kg. Limit: (\\d+) kg/.exec(JSON.stringify(request.messages));
    if (!read) return { content: [{ type: 'tool_use', name: 'weigh', input: {} }], stopReason: 'tool_use' };
    const prompt = JSON.stringify(request.system);
    const accepted = !prompt.includes('Be careful') && (!prompt.includes('over the limit') || Number(read[1]) <= Number(read[2]));
    return { content: [{ type: 'text', text: JSON.stringify({ accepted, reason: 'As weighed.' }) }], stopReason: 'end_turn' };
  },
};
`;

const parcel = (id: string, weight: number) => ({
  id,
  title: `A parcel of ${weight} kg`,
  input: { weight },
  label: { decision: { accepted: weight <= 20 }, source: 'policy', rationale: 'The limit is 20 kg.', reviewers: [{ kind: 'policy' }] },
  origin: { kind: 'designed' },
});

/** Makes the repository with one commit on main. */
export function versionProject(): VersionProject {
  const project = openProject(mkdtempSync(join(tmpdir(), 'docket-version-')));
  const { write, git } = project;
  write('.gitignore', 'node_modules\n.docket\nreports/*\n');
  write('package.json', { type: 'module' });
  write(
    'docket.config.ts',
    "import { agent } from './agent/agent.ts';\nexport default { agent, cases: 'cases', current: 'v1', trials: 3 };\n",
  );
  write('agent/agent.ts', agent);
  write('agent/weigh.ts', weigh);
  write('agent/simulator.ts', simulator);
  write('agent/prompt.md', 'You take parcels.\n');
  write('agent/v1/decision.json', {
    type: 'object',
    properties: { accepted: { type: 'boolean' }, reason: { type: 'string' } },
    required: ['accepted', 'reason'],
    additionalProperties: false,
  });
  write('agent/v1/tools/weigh.json', {
    name: 'weigh',
    description: 'Weigh the parcel.',
    input_schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
  });
  for (const weight of [5, 10, 22, 24, 30, 35]) write(`cases/of-${weight}-kg.json`, parcel(`of-${weight}-kg`, weight));
  git('init', '--quiet', '--initial-branch', 'main');
  git('config', 'user.name', 'Your Name');
  git('config', 'user.email', 'you@example.com');
  git('add', '.');
  git('commit', '--quiet', '--message', 'An agent');
  return project;
}

function openProject(directory: string): VersionProject {
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-C', directory, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(directory, 'node_modules'), 'dir');
  return {
    directory,
    git,
    write(path, text) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), typeof text === 'string' ? text : `${JSON.stringify(text, null, 2)}\n`);
    },
    read: (path) => readFileSync(join(directory, path), 'utf8'),
    show: (branch, path) => git('show', `${branch}:${path}`),
    cloneOf(branch) {
      const folder = mkdtempSync(join(tmpdir(), 'docket-version-'));
      git('clone', '--quiet', '--branch', branch, directory, folder);
      return openProject(folder);
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A change of a plan. */
export function plannedChange(change: Partial<Change> & Pick<Change, 'id' | 'group' | 'after'>): Change {
  const priority = change.id.slice(0, 2) as Change['priority'];
  return {
    priority,
    what: `Change ${change.id}`,
    target: 'v1',
    before: '',
    literal: true,
    evidence: ['against-policy/accepted/true-for-false'],
    ...change,
  };
}

/** A promise that a scorer's finding falls on some cases. */
export function falls(finding: string, cases: readonly string[], to = 0.05): ChangePromise {
  return { falls: [{ finding, by: 'scorer', cases: [...cases], traces: [], seen: { runs: 1, of: 1 }, to }], holds: [] };
}

/** A plan as `docket improve` writes it, with these changes. */
export function planWith(changes: readonly Change[], more: object = {}): object {
  return {
    kind: 'improvement-plan',
    schemaVersion: 1,
    agent: 'parcels',
    version: { name: 'v1', fingerprints: [] },
    context: {
      ...{
        source: 'traces',
        from: null,
        to: null,
        runs: 1,
        findings: [],
        withInput: 1,
        withDecision: 1,
        cases: 0,
        models: [],
        simulated: true,
      },
      ...{ takenFor: 1, leftOut: [], tokensIn: null, tokensOut: null, durationMs: null, dollars: null, errors: 0, policy: true },
    },
    core: ['One.', 'Two.'],
    ...{ problems: [], worksWell: [], changes, notes: [], drafts: [], verification: ['Look.'] },
    ...more,
  };
}
