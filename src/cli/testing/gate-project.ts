import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostileText } from './parcel-desk.ts';

/** A git repository with an agent that a pull request can change file by file. */
export interface GateProject extends Disposable {
  readonly directory: string;
  write(path: string, content: string | object): void;
  read(path: string): string;
  remove(path: string): void;
  git(...words: readonly string[]): string;
  commit(message: string): void;
  /** A copy on a branch of its own, with everything that is stored. A changed copy needs no other process: modules are loaded by path. */
  branch(): GateProject;
  /** The same under another name of the branch. */
  branchAs(name: string): GateProject;
}

const docket = new URL('../../index.ts', import.meta.url).href;

/** What the counter's parts say when nothing is wrong with them. */
export const soundPrompt = 'You are a clerk. Take no parcel over the limit.\n';

const agentText = (versions: string, scorer: string) => `
import { readFileSync, readdirSync } from 'node:fs';
import { z } from 'zod';
import { defineAgent, defineToolVariant, expectedDecision, selfConsistency } from '${docket}';
import { clerk } from './clerk.ts';
import { weigh } from './scales.ts';

const prompts = new URL('prompts/', import.meta.url);

export const parcelCounter = defineAgent({
  name: 'parcel-counter',
  input: z.strictObject({ weight: z.number().positive() }),
  prompts: Object.fromEntries(readdirSync(prompts).map((file) => [file.slice(0, 2), readFileSync(new URL(file, prompts), 'utf8')])),
  toolVariants: {
    scales: defineToolVariant({
      directory: new URL('tool-variants/scales/', import.meta.url),
      tools: { weigh: { source: new URL('scales.ts', import.meta.url).href, run: (_, { weight }) => weigh(weight) } },
    }),
  },
  versions: ${versions},
  userMessage: { source: new URL('user-message.txt', import.meta.url).href, render: () => 'A parcel.' },
  scorers: [
    expectedDecision({ approvalField: 'accepted' }),
    selfConsistency(({ accepted, fee, reason }, { weight }) =>
      fee === (accepted ? weight * 2 : 0) ? [] : [{ code: 'wrong-fee', message: \`the fee is \${fee}: \${reason}\` }],
    ),
  ],
  scorersSource: new URL('${scorer}', import.meta.url).href,
  simulator: clerk,
});
`;

const clerkText = `
import { ModelError } from '${docket}';

/** Follows its prompt, believes its scales, and is careless on a cheaper model. */
export const clerk = {
  source: import.meta.url,
  respond(request, random) {
    const read = /Weight: ([\\d.]+) kg. Limit: (\\d+) kg/.exec(JSON.stringify(request.messages));
    if (!read) return { content: [{ type: 'tool_use', name: 'weigh', input: {} }], stopReason: 'tool_use' };
    const weight = Number(read[1]);
    const prompt = JSON.stringify(request.system);
    if (prompt.includes('out of reach') && weight > 20) throw new ModelError('server', 'The line is dead.', { retryable: false });
    const strict = prompt.includes('no parcel over the limit') && request.model !== 'claude-haiku-4-5';
    const unsure = prompt.includes('now and then') && random() < 0.3;
    const accepted = (!strict || weight <= Number(read[2])) !== unsure;
    const shouting = prompt.includes('shout') && weight === 30;
    const reason = shouting ? ${JSON.stringify(hostileText)} : 'As weighed.';
    const decision = { accepted, fee: shouting ? 1 : accepted ? weight * 2 : 0, reason };
    return { content: [{ type: 'text', text: JSON.stringify(decision) }], stopReason: 'end_turn' };
  },
};
`;

const scalesText = (limit: number) => `export const weigh = (weight) => \`Weight: \${weight} kg. Limit: ${limit} kg.\`;\n`;

/** Files of the agent, for tests that change one. */
export const gateFiles = {
  agent: ({ versions = "{ v1: { prompt: 'v1', toolVariant: 'scales', model: 'claude-sonnet-4-6' } }", scorer = 'user-message.txt' } = {}) =>
    agentText(versions, scorer),
  scales: scalesText,
  config: (settings: object = {}) =>
    `import { parcelCounter } from './agent.ts';\nexport default { agent: parcelCounter, ...${JSON.stringify({ cases: 'cases', current: 'v1', concurrency: 16, ...settings })} };\n`,
  parcel: (id: string, weight: number, accepted: boolean, more: object = {}) => ({
    id,
    title: `A parcel of ${weight} kg`,
    input: { weight },
    label: { decision: { accepted }, source: 'policy', rationale: 'The limit is 20 kg.', reviewers: [{ kind: 'policy' }] },
    origin: { kind: 'designed' },
    ...more,
  }),
};

/** Makes the repository with one commit on main; there is no baseline yet. */
export function gateProject(): GateProject {
  const project = openProject(mkdtempSync(join(tmpdir(), 'docket-gate-')));
  const repository = fileURLToPath(new URL('../../..', import.meta.url));
  symlinkSync(join(repository, 'node_modules'), join(project.directory, 'node_modules'), 'dir');
  const desk = join(dirname(fileURLToPath(import.meta.url)), 'tool-variants/scales');
  cpSync(desk, join(project.directory, 'tool-variants/scales'), { recursive: true });
  project.write('.gitignore', 'node_modules\n.docket\nreports/*\n!reports/baseline.json\n!reports/waivers.json\n');
  project.write('package.json', { type: 'module' });
  project.write('prompts/v1.md', soundPrompt);
  project.write('user-message.txt', 'A parcel.');
  project.write('scales.ts', scalesText(20));
  project.write('clerk.ts', clerkText);
  project.write('agent.ts', gateFiles.agent());
  project.write('docket.config.ts', gateFiles.config());
  for (const [id, weight] of [
    ['light', 5],
    ['at-limit', 20],
    ['over-limit', 21],
    ['heavy', 30],
  ] as const) {
    project.write(`cases/${id}.json`, gateFiles.parcel(id, weight, weight <= 20));
  }
  project.git('init', '--quiet', '--template=', '--initial-branch', 'main');
  project.commit('The counter');
  return project;
}

function openProject(directory: string): GateProject {
  const at = (path: string) => join(directory, path);
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Clerk', '-c', 'user.email=clerk@example.org', ...words], { cwd: directory, encoding: 'utf8' });
  return {
    directory,
    git,
    write(path, content) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    },
    read: (path) => readFileSync(at(path), 'utf8'),
    remove: (path) => rmSync(at(path)),
    commit(message) {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', message);
    },
    branch: () => branchAs('change'),
    branchAs,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };

  function branchAs(name: string): GateProject {
    const copy = mkdtempSync(join(tmpdir(), 'docket-gate-'));
    cpSync(directory, copy, { recursive: true, verbatimSymlinks: true });
    const branched = openProject(copy);
    branched.git('switch', '--quiet', '--force-create', name);
    return branched;
  }
}
