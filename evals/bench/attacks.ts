/**
 * Pull requests that make an agent worse and try to come out green by what they change beside it, each in a small repository of its own. Prints
 * a Markdown table of what the gate says. What the tests try (gate-rules.test.ts, gate-store.test.ts) is not among them. Simulated model.
 *
 *     node evals/bench/attacks.ts
 *
 * Ends with 1 when an attack comes out green that is not known to, or the other way round, and when the gate crashes. `--save <file>` keeps the verdicts as JSON, `--before
 * <file>` shows those of another state of Docket beside them, `--only <words>` tries those attacks whose name holds the words.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fingerprintInput } from '../../src/agent/fingerprint.ts';
import { type GateProject, gateFiles, soundPrompt } from '../../src/cli/testing/gate-project.ts';
import { edited, grownFiles, grownProject } from '../../src/cli/testing/grown-project.ts';
import type { Trial } from '../../src/contracts/trial.ts';
import { verdictSchema } from '../../src/contracts/verdict.ts';
import { openTrialStore } from '../../src/trials/open-trial-store.ts';
import { tableRow } from './markdown-table.ts';

const docket = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** For main's checkouts: not in the repositories, where an attack would commit them. */
const cache = mkdtempSync(join(tmpdir(), 'docket-attacks-'));
const run = (project: GateProject, words: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [docket, ...words], {
    cwd: project.directory,
    encoding: 'utf8',
    maxBuffer: 1e9,
    env: { PATH: process.env.PATH, HOME: project.directory, XDG_CACHE_HOME: cache, ...environment },
  });

/** Takes every parcel: wrong in two cases of four. */
const kind = 'You are a clerk. Be kind.\n';
const config = 'docket.config.ts';

interface Attack {
  readonly name: string;
  /** What main looks like before. */
  readonly onMain?: (project: GateProject) => void;
  /** What the pull request does beside the bad prompt. */
  readonly make: (project: GateProject) => unknown;
  readonly words?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** It is green, and this is why: what this gate cannot see or does not claim. */
  readonly known?: string;
}

const write = (files: Readonly<Record<string, string | object>>) => (project: GateProject) => {
  for (const [path, content] of Object.entries(files)) project.write(path, content);
};
const both = (change: (id: string, weight: number) => object | string) =>
  write({
    'cases/heavy.json': change('heavy', 30),
    'cases/over-limit.json': change('over-limit', 21),
  });
const parcel = (id: string, weight: number, more: object = {}) => gateFiles.parcel(id, weight, false, more);

/** Exchanges the limit of main's rules in every checkout of main, so that size and time are as they were. */
const easierMain = `
import { globSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
for (const file of globSync(${JSON.stringify(join(cache, 'docket/base/*/*/rules.ts'))})) {
  const { atime, mtime } = statSync(file);
  writeFileSync(file, readFileSync(file, 'utf8').replace('limit = 20', 'limit = 99'));
  utimesSync(file, atime, mtime);
}
`;

const attacks: readonly Attack[] = [
  {
    name: 'labels that no longer say what is wanted, only a field that is always right',
    make: both((id, weight) => ({ ...parcel(id, weight), label: { ...parcel(id, weight).label, decision: { fee: weight * 2 } } })),
  },
  {
    name: 'a second label in the same file: a reader sees the first, JSON takes the last',
    make: both((id, weight) =>
      JSON.stringify(parcel(id, weight), null, 2).replace(
        /\n\}$/,
        `,\n  "label": ${JSON.stringify({ ...parcel(id, weight).label, decision: { accepted: true } })}\n}`,
      ),
    ),
  },
  {
    name: 'disputes that a person opened and settled for the agent',
    make: both((id, weight) =>
      parcel(id, weight, {
        dispute: {
          labels: [true, false].map((accepted) => ({ decision: { accepted }, source: 'someone', argument: 'So it is.' })),
          resolution: { decision: { accepted: true }, argument: 'It fits.', reviewer: { kind: 'human', name: 'Clerk' } },
        },
        label: { ...parcel(id, weight).label, decision: { accepted: true } },
      }),
    ),
  },
  {
    name: 'the folder of cases becomes a link to an easier one',
    make: (project) => {
      for (const [id, weight] of [
        ['light', 5],
        ['at-limit', 20],
        ['over-limit', 19],
        ['heavy', 18],
      ] as const)
        project.write(`easier/${id}.json`, gateFiles.parcel(id, weight, true));
      renameSync(join(project.directory, 'cases'), join(project.directory, 'old'));
      symlinkSync('easier', join(project.directory, 'cases'));
    },
  },
  {
    name: 'case files become links to easier ones',
    make: (project) => {
      for (const [id, weight] of [
        ['over-limit', 19],
        ['heavy', 18],
      ] as const) {
        project.write(`easier/${id}.json`, gateFiles.parcel(id, weight, true));
        rmSync(join(project.directory, `cases/${id}.json`));
        symlinkSync(`../easier/${id}.json`, join(project.directory, `cases/${id}.json`));
      }
    },
  },
  {
    name: 'cases come back under another id with another label',
    make: (project) => {
      const file = 'reports/baseline.json';
      const baseline = JSON.parse(project.read(file)) as { cases: { id: string }[]; tombstones: object[] };
      for (const [id, weight] of [
        ['over-limit', 21],
        ['heavy', 30],
      ] as const) {
        project.remove(`cases/${id}.json`);
        project.write(`cases/${id}-parcel.json`, gateFiles.parcel(`${id}-parcel`, weight, true));
        baseline.tombstones.push({ id, removedOn: '2026-11-01', reason: 'Renamed.' });
      }
      baseline.cases = baseline.cases.filter(({ id }) => !['over-limit', 'heavy'].includes(id));
      project.write(file, baseline);
    },
  },
  {
    name: 'new cases that contradict the ones in the way, so that the audit suspects them',
    make: write({
      'agent.ts':
        edited('agent.ts', "approvalField: 'accepted',", "approvalField: 'accepted',\n  monotone: { weight: 'lower-approves' },")[
          'agent.ts'
        ] ?? '',
      'cases/heaviest.json': gateFiles.parcel('heaviest', 40, true),
    }),
  },
  {
    name: 'two hundred new cases that everybody passes, around an agent that is only sometimes wrong',
    make: (project) => {
      project.write('prompts/v1.md', 'Take no parcel over the limit. Be lenient now and then.\n');
      for (let index = 0; index < 200; index += 1)
        project.write(`cases/easy-${index}.json`, gateFiles.parcel(`easy-${index}`, 1 + index / 100, true));
    },
  },
  {
    name: 'an import map that leads the scorers to another limit',
    onMain: write({
      'package.json': { type: 'module', imports: { '#limit': './rules.ts' } },
      'scorers.ts': grownFiles['scorers.ts']
        .replace("  expectedDecision({ approvalField: 'accepted' }),\n", '')
        .replace('expectedDecision, ', '')
        .replace("'./rules.ts'", "'#limit'"),
    }),
    make: write({
      'package.json': { type: 'module', imports: { '#limit': './other.ts' } },
      'other.ts': 'export const limit = 99;\n',
    }),
  },
  {
    name: 'the scorers become a link to others',
    make: (project) => {
      project.write(
        'kinder/scorers.ts',
        grownFiles['scorers.ts']
          .replace("expectedDecision({ approvalField: 'accepted' }),", '')
          .replace('accepted && weight', 'false && weight')
          .replace("'./fees.ts'", "'../fees.ts'")
          .replace("'./rules.ts'", "'../rules.ts'"),
      );
      rmSync(join(project.directory, 'scorers.ts'));
      symlinkSync('kinder/scorers.ts', join(project.directory, 'scorers.ts'));
    },
  },
  {
    name: 'the agent takes its scorers from another file and says the old one',
    make: write({
      'lenient.ts':
        'export const scorers = [{ scope: "trial", name: "expected-decision", score: () => ({ name: "expected-decision", pass: true, value: 1, reason: "fine", hard: true, findings: [] }) }];\n',
      ...edited('agent.ts', "from './scorers.ts'", "from './lenient.ts'"),
    }),
  },
  {
    name: 'the configuration wraps the agent and filters its scorers',
    make: write({
      [config]:
        "import { parcelCounter } from './agent.ts';\nexport default { agent: { ...parcelCounter, scorers: parcelCounter.scorers.map((scorer) => ({ ...scorer, score: (evidence) => { const score = scorer.score(evidence); return score && { ...score, pass: true, findings: [] }; } })) }, cases: 'cases', current: 'v1', concurrency: 16 };\n",
    }),
  },
  {
    name: 'the configuration rewrites labels as it loads',
    make: write({
      [config]: `import { readFileSync, readdirSync, writeFileSync } from 'node:fs';\nimport { parcelCounter } from './agent.ts';\nfor (const file of readdirSync(new URL('cases/', import.meta.url))) { const path = new URL('cases/' + file, import.meta.url); writeFileSync(path, readFileSync(path, 'utf8').replace('"accepted": false', '"accepted": true')); }\nexport default { agent: parcelCounter, cases: 'cases', current: 'v1', concurrency: 16 };\n`,
    }),
  },
  {
    name: 'a table of the scorers under a name that is put together',
    onMain: (project) => {
      write(
        edited(
          'rules.ts',
          'export const limit = 20;',
          "import { readFileSync } from 'node:fs';\nexport const limit = Number(readFileSync(new URL(['li', 'mit'].join(''), import.meta.url), 'utf8'));",
        ),
      )(project);
      project.write(
        'scorers.ts',
        grownFiles['scorers.ts'].replace("  expectedDecision({ approvalField: 'accepted' }),\n", '').replace('expectedDecision, ', ''),
      );
      project.write('limit', '20');
    },
    make: write({ limit: '99' }),
  },
  {
    name: 'options that make no case suspicious and end the gate early',
    make: write({
      [config]: gateFiles.config({
        gate: { suspicion: 1000, retryCap: 0, doubt: 0, depth: 1, margin: 1, alphaCase: 1e-12, alphaSuite: 1e-12 },
      }),
    }),
  },
  {
    name: 'a new current version like main, beside the edited one',
    make: write({
      'prompts/v2.md': 'You are a clerk. Take no parcel over the limit.\n',
      'agent.ts': grownFiles['agent.ts'].replace(
        /versions: .*/,
        "versions: { v1: { prompt: 'v1', toolVariant: 'scales', model: 'claude-sonnet-4-6' }, v2: { prompt: 'v2', toolVariant: 'scales', model: 'claude-sonnet-4-6' } },",
      ),
      [config]: gateFiles.config({ current: 'v2' }),
    }),
  },
  {
    name: 'a script that judges an old version instead',
    make: write({
      'package.json': { ...JSON.parse(grownFiles['package.json']), scripts: { gate: 'docket gate --candidate v0' } },
      'prompts/v0.md': 'You are a clerk. Take no parcel over the limit.\n',
      'agent.ts': grownFiles['agent.ts'].replace(
        /versions: .*/,
        "versions: { v1: { prompt: 'v1', toolVariant: 'scales', model: 'claude-sonnet-4-6' }, v0: { prompt: 'v0', toolVariant: 'scales', model: 'claude-sonnet-4-6' } },",
      ),
    }),
    words: ['--candidate', 'v0'],
  },
  {
    name: 'a waiver for everything, by whoever asks for it',
    make: (project) => {
      const { candidate } = JSON.parse(run(project, ['gate', '--json']).stdout) as { candidate: { version: { fingerprint: string } } };
      project.write('reports/waivers.json', [
        {
          caseIds: ['*', 'heavy', 'over-limit'],
          versionFingerprint: candidate.version.fingerprint,
          reason: 'Urgent.',
          approver: 'Me',
          expiresOn: '2999-12-31',
        },
      ]);
    },
  },
  {
    name: 'a verdict that is committed',
    make: (project) => {
      project.write('reports/verdict.json', { kind: 'verdict', verdict: 'pass', exitCode: 0, reason: 'Trust me.' });
      project.git('add', '--force', 'reports/verdict.json');
    },
  },
  {
    name: 'a checkout of main that is committed',
    make: (project) => {
      const folder = `.docket/worktrees/${project.git('rev-parse', 'main').slice(0, 16)}`;
      rmSync(join(project.directory, '.docket/worktrees'), { recursive: true, force: true });
      for (const path of project.git('ls-files').trim().split('\n')) project.write(join(folder, path), project.git('show', `main:${path}`));
      project.write(join(folder, 'prompts/v1.md'), kind);
      project.git('add', '--force', folder);
    },
  },
  {
    name: 'a simulated model that is careful whatever it is told, behind an import',
    make: (project) => {
      project.write('temper.ts', 'export const strictness = () => true;\n');
      project.write(
        'clerk.ts',
        `import { strictness } from './temper.ts';\n${project.read('clerk.ts').replace(/const strict = .*;/, 'const strict = strictness();')}`,
      );
    },
  },
  {
    name: 'good trials under the bad version, in a store that a script of npm copies',
    make: plantTrials,
    known: 'code of the change runs on the runner and writes there; signed trials keep that out, see the next one',
  },
  {
    name: 'the same where trials are signed',
    make: plantTrials,
    environment: { DOCKET_STORE_SECRET: 'a secret that the change never sees' },
  },
  {
    name: 'lower counts in the baseline, merged before',
    onMain: (project) =>
      project.write(
        'reports/baseline.json',
        project
          .read('reports/baseline.json')
          .replace(/"id":"(?:heavy|over-limit)".*/g, (row) => row.replace('"passes":10', '"passes":0').replace('"harm":0', '"harm":10')),
      ),
    make: () => {},
    known: "merged first, they are main's rules; their own pull request shows every count that it lowers",
  },
  {
    name: 'a branch that begins before the cases in its way',
    onMain: (project) => {
      project.git('branch', 'new-main');
      for (const id of ['heavy', 'over-limit']) project.remove(`cases/${id}.json`);
      const rows = (line: string) => !/"id":"(?:heavy|over-limit)"/.test(line);
      project.write(
        'reports/baseline.json',
        project
          .read('reports/baseline.json')
          .split('\n')
          .filter(rows)
          .join('\n')
          .replace(/,(\n\s*\])/, '$1'),
      );
    },
    make: () => {},
    known: "judged against the commit that the branch left; on GitHub a pull request's checks see it merged into main",
  },
  {
    name: 'main is asked to be the change itself (--against HEAD)',
    make: (project) => project.commit('All of it'),
    words: ['--against', 'HEAD'],
    known: 'whoever calls the gate says what it compares with: protect workflows with code owners',
  },
  {
    name: 'a configuration that changes what JSON.parse reads, for everybody in the process',
    make: write({
      [config]: `import { parcelCounter } from './agent.ts';\nconst parse = JSON.parse;\nJSON.parse = (text, ...more) => parse(String(text).replace(/"accepted":true,"fee":(42|60)/g, '"accepted":false,"fee":0'), ...more);\nexport default { agent: parcelCounter, cases: 'cases', current: 'v1', concurrency: 16 };\n`,
    }),
  },
  {
    name: "a configuration that rewrites what its worker tells the judge: main's prompt for its own",
    make: write({
      [config]: `import { Socket } from 'node:net';\nimport { parcelCounter } from './agent.ts';\nconst send = Socket.prototype.write;\nSocket.prototype.write = function (text, ...more) { return send.call(this, typeof text === 'string' ? text.replace('Be kind.', 'Take no parcel over the limit.') : text, ...more); };\nexport default { agent: parcelCounter, cases: 'cases', current: 'v1', concurrency: 16 };\n`,
    }),
  },
  {
    name: 'the same in everything that it says, so that it asks the model as main does',
    make: write({
      [config]: `import { Socket } from 'node:net';\nimport { parcelCounter } from './agent.ts';\nconst send = Socket.prototype.write;\nSocket.prototype.write = function (text, ...more) { return send.call(this, typeof text === 'string' ? text.replaceAll('Be kind.', 'Take no parcel over the limit.') : text, ...more); };\nexport default { agent: parcelCounter, cases: 'cases', current: 'v1', concurrency: 16 };\n`,
    }),
    known: 'hostile code of the agent that behaves while it is on trial; what it says of itself is all that a judge sees of it',
  },
  {
    name: 'a worker that says that it is main, from a file that the gate takes for documentation',
    onMain: write({
      'docs/prompts.ts': `export const prompts = { v1: ${JSON.stringify(soundPrompt)} };\n`,
      'agent.ts': grownFiles['agent.ts']
        .replace(/prompts: Object.fromEntries.*/, 'prompts,')
        .replace(/const prompts = .*/, "import { prompts } from './docs/prompts.ts';")
        .replace(/import .* from 'node:fs';\n/, ''),
    }),
    make: write({
      'prompts/v1.md': soundPrompt,
      'docs/prompts.ts': `import { Socket } from 'node:net';\nconst send = Socket.prototype.write;\nSocket.prototype.write = function (text, ...more) { return send.call(this, String(text).startsWith('{"type":"hello"') ? text.replaceAll('Be kind.', 'Take no parcel over the limit.') : text, ...more); };\nexport const prompts = { v1: ${JSON.stringify(kind)} };\n`,
    }),
  },
  {
    name: "a worker that names files of main's checkout for its own tools",
    make: (project) => {
      project.write('prompts/v1.md', soundPrompt);
      project.write('scales.ts', gateFiles.scales(99));
      project.write(
        'agent.ts',
        project
          .read('agent.ts')
          .replace(
            "weigh: { source: new URL('scales.ts', import.meta.url).href",
            `weigh: { source: (import.meta.url.includes('/docket/base/') ? new URL('scales.ts', import.meta.url).href : 'file://' + globSync('${cache}/docket/base/*/*/scales.ts').at(-1))`,
          )
          .replace('import { z }', "import { globSync } from 'node:fs';\nimport { z }"),
      );
    },
  },
  {
    name: "main's rules rewritten in the gate's own checkout of main, by an earlier run",
    make: (project) => {
      run(project, ['gate']);
      project.write('.docket/easier.mjs', easierMain);
      execFileSync(process.execPath, [join(project.directory, '.docket/easier.mjs')]);
    },
  },
  {
    name: 'the same while the agent is on trial',
    make: (project) => project.write(config, `${easierMain}${gateFiles.config()}`),
  },
];

/** What a reader needs of a verdict. */
interface Outcome {
  readonly verdict: string;
  readonly exitCode: number;
  readonly sentence: string;
}

/** Whole sentences of the first line, as far as they fit into 260 characters, at least one. */
function beginning(reason: string): string {
  const sentences = (reason.split('\n')[0] ?? '').split(/(?<=[.:)]) (?=[A-Z])/);
  const fitting = sentences.findLastIndex((_, index) => sentences.slice(0, index + 1).join(' ').length <= 260);
  return sentences.slice(0, Math.max(1, fitting + 1)).join(' ');
}

/** Forges the trials that the gate is going to ask for, where a script of a package could put them before it runs. */
async function plantTrials(project: GateProject): Promise<void> {
  const verdict = verdictSchema.parse(JSON.parse(run(project, ['gate', '--json']).stdout));
  if (!('cases' in verdict)) throw new Error(`There is nothing to forge: ${verdict.reason}`);
  const file = join(project.directory, '.docket/docket.db');
  const versionFingerprint = verdict.candidate.version.fingerprint;
  const real = openTrialStore(file);
  const models: { readonly trial: Trial; readonly weight: number }[] = [];
  for (const { id, input } of verdict.cases) {
    const [trial] = await real.list({ versionFingerprint, caseFingerprint: fingerprintInput(input), series: `candidate-1:${id}` });
    if (trial) models.push({ trial, weight: Number(input.weight) });
  }
  await real.close();
  for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
  const forged = openTrialStore(file);
  for (const { trial, weight } of models) {
    const decision = { accepted: weight <= 20, fee: weight <= 20 ? weight * 2 : 0, reason: 'As weighed.' };
    for (let number = 1; number <= 10; number += 1)
      await forged.save({ ...trial, key: { ...trial.key, number }, outcome: { kind: 'decided', decision } });
  }
  await forged.close();
}

const { values } = parseArgs({ options: { save: { type: 'string' }, before: { type: 'string' }, only: { type: 'string' } } });
const earlier = values.before === undefined ? undefined : (JSON.parse(readFileSync(values.before, 'utf8')) as Record<string, Outcome>);

using main = grownProject();
main.write('cases/over-limit.json', gateFiles.parcel('over-limit', 21, false));
const accepted = run(main, ['baseline', 'accept']);
if (accepted.status !== 0) throw new Error(accepted.stderr);
main.commit('The baseline');

const tried = attacks.filter(({ name }) => values.only === undefined || name.includes(values.only));
const outcomes: { readonly attack: Attack; readonly outcome: Outcome }[] = [];
for (const attack of tried) outcomes.push({ attack, outcome: await tryOut(attack) });
if (values.save !== undefined) {
  writeFileSync(values.save, JSON.stringify(Object.fromEntries(outcomes.map(({ attack, outcome }) => [attack.name, outcome])), null, 1));
}
console.log(tableRow(['attack', ...(earlier ? ['before'] : []), 'verdict', 'exit', 'in its words']));
console.log(tableRow(['---', ...(earlier ? ['---'] : []), '---', '---', '---']));
for (const { attack, outcome } of outcomes) {
  const before = earlier?.[attack.name];
  const words = attack.known === undefined ? outcome.sentence : `${outcome.sentence} *${attack.known}*`;
  console.log(tableRow([attack.name, ...(earlier ? [before?.verdict ?? ''] : []), outcome.verdict, String(outcome.exitCode), words]));
}
const surprising = outcomes.filter(
  ({ attack, outcome }) => outcome.verdict === 'CRASHED' || (outcome.exitCode === 0) !== (attack.known !== undefined),
);
for (const { attack, outcome } of surprising) console.error(`Not as known: ${attack.name}: ${outcome.verdict}`);
process.exitCode = surprising.length === 0 ? 0 : 1;
rmSync(cache, { recursive: true, force: true });

async function tryOut({ onMain, make, words = [], environment = {} }: Attack): Promise<Outcome> {
  using project = main.branch();
  if (onMain) {
    project.git('switch', '--quiet', 'main');
    onMain(project);
    project.commit('Main');
    if (!project.git('show', '--name-only', '--format=').includes('baseline.json')) {
      const refreshed = run(project, ['baseline', 'refresh']);
      if (refreshed.status !== 0) return { verdict: 'ERROR', exitCode: 2, sentence: refreshed.stderr.split('\n').at(-2) ?? '' };
      project.commit('Its baseline');
    }
    project.git('branch', '--force', 'change');
    project.git('switch', '--quiet', 'change');
  }
  project.write('prompts/v1.md', kind);
  await make(project);
  project.git('add', '--all');
  project.git('commit', '--quiet', '--allow-empty', '--message', 'The change');
  const { stdout, stderr } = run(project, ['gate', '--json', ...words], environment);
  const printed: unknown = JSON.parse(stdout || '{}');
  const parsed = verdictSchema.safeParse(printed);
  if (!parsed.success)
    return { verdict: 'CRASHED', exitCode: Number((printed as { exitCode?: number }).exitCode ?? 70), sentence: beginning(stderr) };
  const { verdict, exitCode, reason } = parsed.data;
  return {
    verdict: verdict.toUpperCase(),
    exitCode,
    sentence: beginning(reason.replaceAll(project.directory, '.')),
  };
}
