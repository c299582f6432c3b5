/**
 * Lets the real gate judge agents that did not change: a copy of this repository with a flaky simulated model (every trial slips with a fixed chance, and
 * a slip turns the answer round), a baseline of its own for every pull request, and a pull request that only rewords the prompt. Prints a
 * Markdown table with how often they were blocked.
 *
 *     node evals/bench/unchanged-agents.ts [pull requests a row, 50] [only rows with this text]
 */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Verdict, verdictSchema } from '../../src/contracts/verdict.ts';
import { wilsonInterval } from '../../src/stats/wilson-interval.ts';

interface Row {
  readonly name: string;
  /** Chance that a trial slips, 0..1. */
  readonly slipRate: number;
  /** Which of the cases that must be denied are critical: as they are, or all of them. */
  readonly critical: 'as they are' | 'every denial';
}

const rows: readonly Row[] = [
  { name: '2 % slips, 2 critical cases', slipRate: 0.02, critical: 'as they are' },
  { name: '10 % slips, 2 critical cases', slipRate: 0.1, critical: 'as they are' },
  { name: '10 % slips, every denial critical', slipRate: 0.1, critical: 'every denial' },
  { name: '25 % slips, every denial critical', slipRate: 0.25, critical: 'every denial' },
];

const [countText = '50', only = ''] = process.argv.slice(2);
const count = Number(countText);
const repository = join(import.meta.dirname, '../..');
const promptFile = 'src/underwriting/prompts/v2.md';
const run = promisify(execFile);

console.log(
  '| unchanged agent | pull requests | pass | inconclusive | blocked | blocked by the rule for critical cases | passed with harm twice |',
);
console.log('|---|---|---|---|---|---|---|');
const everything: Verdict[] = [];
for (const row of rows.filter(({ name }) => name.includes(only))) {
  const verdicts = await playRow(row);
  everything.push(...verdicts);
  console.log(lineOf(row.name, verdicts));
}
console.log(lineOf('all', everything));

/** Two copies at most work at once, each on its own share of the pull requests. */
async function playRow(row: Row): Promise<Verdict[]> {
  const workers = Math.min(2, availableParallelism());
  const shares = await Promise.all(
    Array.from({ length: workers }, (_, worker) => playCopy(row, worker, Math.floor((count + worker) / workers))),
  );
  return shares.flat();
}

async function playCopy({ slipRate, critical }: Row, worker: number, pullRequests: number): Promise<Verdict[]> {
  const copy = mkdtempSync(join(tmpdir(), 'unchanged-'));
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', copy, '-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...words], { encoding: 'utf8' });
  const docket = (...words: string[]) =>
    run(process.execPath, ['src/cli/main.ts', ...words], {
      cwd: copy,
      maxBuffer: 1e9,
      env: { ...process.env, ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '' },
    });
  try {
    for (const entry of ['src', 'cases', 'docket.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json', '.gitignore']) {
      cpSync(join(repository, entry), join(copy, entry), { recursive: true });
    }
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
    edit(join(copy, 'docket.config.ts'), (text) => text.replace('trials: 5,', `trials: 5,\n  simulation: { slipRate: ${slipRate} },`));
    if (critical === 'every denial') markDenials(join(copy, 'cases'));
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--quiet', '-m', 'main');
    const verdicts: Verdict[] = [];
    for (let number = 1; number <= pullRequests; number += 1) {
      git('checkout', '--quiet', 'main');
      // A new epoch each time: the promise of the gate averages over baselines.
      await docket('baseline', number === 1 ? 'accept' : 'refresh', '--trials', '10', '--mode', 'simulated');
      git('add', '--force', 'reports/baseline.json');
      git('commit', '--quiet', '-m', `baseline ${number}`);
      git('checkout', '--quiet', '-B', 'change', 'main');
      edit(join(copy, promptFile), (text) =>
        text.replace('You are a loan underwriter.', `You work as a loan underwriter (${worker}.${number}).`),
      );
      git('commit', '--quiet', '--all', '-m', 'wording');
      verdicts.push(await judged(docket('gate', '--against', 'main', '--json')));
    }
    return verdicts;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The exit code tells the verdict, so that one other than 0 is no failure here. */
async function judged(gate: Promise<{ readonly stdout: string }>): Promise<Verdict> {
  const { stdout, stderr } = await gate.then(
    ({ stdout: text }) => ({ stdout: text, stderr: '' }),
    (error: { readonly stdout?: string; readonly stderr?: string }) => ({ stdout: error.stdout ?? '', stderr: error.stderr ?? '' }),
  );
  const verdict = verdictSchema.parse(JSON.parse(stdout || '{}'));
  if (verdict.verdict === 'error' || verdict.verdict === 'incomplete' || verdict.verdict === 'not-evaluated') {
    throw new Error(`No verdict: ${verdict.reason}\n${stderr}`);
  }
  return verdict;
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`The change of ${file} changed nothing.`);
  writeFileSync(file, after);
}

function markDenials(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => /^\d.*\.json$/.test(each))) {
    const file = join(folder, name);
    const found = JSON.parse(readFileSync(file, 'utf8'));
    if (found.label.decision.approved === false) writeFileSync(file, JSON.stringify({ ...found, critical: true }, null, 2));
  }
}

function lineOf(name: string, verdicts: readonly Verdict[]): string {
  const ended = (kind: Verdict['verdict']) => verdicts.filter(({ verdict }) => verdict === kind);
  const blocked = ended('regressed');
  const { value, low, high } = wilsonInterval({ passes: blocked.length, runs: verdicts.length });
  const byRule = blocked.filter((verdict) => verdict.verdict === 'regressed' && verdict.accusation.cause === 'critical');
  const harmed = ended('pass').filter(
    (verdict) =>
      'cases' in verdict &&
      verdict.cases.some(
        ({ critical, candidate }) =>
          critical && candidate.trials.filter(({ findings }) => findings.some(({ code }) => code === 'false-approval')).length > 1,
      ),
  );
  const share = [value, low, high].map((part) => (100 * part).toFixed(1));
  return `| ${name} | ${verdicts.length} | ${ended('pass').length} | ${ended('inconclusive').length} | ${blocked.length} = ${share[0]} % (${share[1]}–${share[2]}) | ${byRule.length} | ${harmed.length} |`;
}
