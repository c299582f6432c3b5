/**
 * Plants one change at a time into a copy of this repository and lets the gate judge it, as one pull request each:
 * each rule of prompt v2 deleted, each tool fix put back, and changes that change nothing. Prints a Markdown table.
 *
 *     node evals/bench/planted-regressions.ts
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdictSchema } from '../../src/contracts/verdict.ts';
import { rules } from './planted-changes.ts';

const repository = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'planted-'));
const promptFile = 'src/underwriting/prompts/v2.md';
const agentFile = 'src/underwriting/agent.ts';

const git = (...words: string[]) =>
  execFileSync('git', ['-C', copy, '-c', 'user.name=planter', '-c', 'user.email=planter@example.org', ...words], { encoding: 'utf8' });
const docket = (...words: string[]) =>
  spawnSync(process.execPath, ['src/cli/main.ts', ...words], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 1e9,
    env: { ...process.env, ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '' },
  });
const edit = (file: string, change: (text: string) => string) => {
  const path = join(copy, file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`The change of ${file} changed nothing.`);
  writeFileSync(path, after);
};
const changes: readonly (readonly [name: string, plant: () => void])[] = [
  ...rules.map(
    (rule, index) =>
      [
        `rule ${index + 1} deleted (${rule})`,
        () => edit(promptFile, (text) => text.replace(new RegExp(`^${index + 1}\\. .*(\\n(?!\\d+\\.|\\n).*)*\\n?`, 'm'), '')),
      ] as const,
  ),
  [
    'calc_dti leaves the loan out again',
    () => edit(agentFile, (text) => text.replace('calc_dti: calcDti,', 'calc_dti: calcDtiWithoutLoan,')),
  ],
  [
    'calc_max_loan removed',
    () => {
      edit(agentFile, (text) =>
        text.replace(' calc_max_loan: calcMaxLoan,', '').replace('<v2.Tools,', "<Omit<v2.Tools, 'calc_max_loan'>,"),
      );
      rmSync(join(copy, 'src/underwriting/tool-variants/v2/tools/calc_max_loan.json'));
    },
  ],
  ['one rate wrong (7.2 -> 7.4 %)', () => edit('src/underwriting/policy.ts', (text) => text.replace('rate: 7.2', 'rate: 7.4'))],
  ['white space only', () => edit(promptFile, (text) => text.replaceAll('\n\n', '\n\n\n'))],
  ['wording only', () => edit(promptFile, (text) => text.replace('You are a loan underwriter.', 'You work as a loan underwriter.'))],
  [
    'model id claude-sonnet-5-5 (simulated alike)',
    () => edit(agentFile, (text) => text.replace(/(v2: \{ prompt: 'v2', toolVariant: 'v2', model: ')[^']+/, '$1claude-sonnet-5-5')),
  ],
];

try {
  for (const entry of ['src', 'cases', 'docket.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json', '.gitignore']) {
    cpSync(join(repository, entry), join(copy, entry), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'main');
  const accepted = docket('baseline', 'accept', '--trials', '10', '--mode', 'simulated');
  if (accepted.status !== 0) throw new Error(accepted.stderr);
  git('add', '--all', '--force', 'reports/baseline.json');
  git('commit', '--quiet', '-m', 'baseline');
  console.log('| change | verdict | cases that fail | factor | findings | trials |\n|---|---|---|---|---|---|');
  for (const [name, plant] of changes) {
    git('checkout', '--quiet', '-B', 'change', 'main');
    plant();
    git('commit', '--quiet', '--all', '-m', name);
    rmSync(join(copy, '.docket', 'docket.db'), { force: true });
    const { stdout, stderr } = docket('gate', '--against', 'main', '--json');
    const parsed = verdictSchema.safeParse(JSON.parse(stdout || '{}'));
    if (!parsed.success) throw new Error(`${name}: no verdict.\n${stdout}\n${stderr}`);
    console.log(rowOf(name, parsed.data));
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function rowOf(name: string, verdict: ReturnType<typeof verdictSchema.parse>): string {
  if (!('cases' in verdict)) return `| ${name} | ${verdict.verdict}: ${verdict.reason} | | | | |`;
  const flipped = verdict.cases.filter(({ change }) => change === 'flipped-to-fail' || change === 'worse');
  const found = flipped.flatMap(({ candidate }) => candidate.trials.flatMap(({ findings }) => findings.map(({ code }) => code)));
  const { spent, reused } = verdict.spending.trials;
  const where = flipped.map(({ id }) => id.slice(0, 2)).join(', ');
  return `| ${name} | ${verdict.verdict.toUpperCase()} | ${where} | ${verdict.attribution?.factor ?? ''} | ${[...new Set(found)].join(', ')} | ${spent + reused} |`;
}
