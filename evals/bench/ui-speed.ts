/**
 * How fast is `docket ui` on a large project? Stores 1,000,000 spans (real runs of the underwriter on the simulated model, told again under new ids) and 100,000
 * trials, keeps the run of these (2,500 cases, 4 versions, 10 trials each) among 199 others, opens it in a real Chromium, and measures. A figure that is over
 * its limit is named, and ends the script with 1.
 *
 *     node evals/bench/ui-speed.ts [spans] [a folder that `node evals/bench/mcp-scale.ts 1000000 0 keep` kept]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { appScript, appStyle } from '../../src/app/page/bundle.generated.ts';
import type { EvaluationReport } from '../../src/contracts/evaluation-report.ts';
import type { ReportedTrial } from '../../src/contracts/reported-case.ts';
import type { Trial } from '../../src/contracts/trial.ts';
import { RunKeeper } from '../../src/flows/runs/keep-run.ts';
import { startReportBrowser } from '../../src/reporters/testing/report-browser.ts';
import { openTrialStore } from '../../src/trials/open-trial-store.ts';
import { makeUnderwriterProject } from '../docs/underwriter-project.ts';
import { fillSpanStore } from './span-store.ts';

const [cases, versions, trials] = [2500, ['v1', 'v2', 'v3', 'v4'], 10] as const;
const rows: { readonly what: string; readonly value: number; readonly most: number; readonly unit: string }[] = [];
const note = (what: string, value: number, most: number, unit: string) => {
  rows.push({ what, value, most, unit });
  console.log(`${value <= most ? 'ok  ' : 'OVER'} ${what}: ${value.toFixed(value < 10 ? 1 : 0)} ${unit} (at most ${most})`);
};

const spans = Number(process.argv[2] ?? '1000000');
const given = process.argv[3];
const root = given ?? makeUnderwriterProject();
try {
  if (given === undefined) await fillSpanStore(root, spans);
  for (let number = 0; number < 199; number += 1) keepSmall(number);
  const large = await keepLarge();
  await fillTrialStore();
  console.log(`${count('traces.db', 'span_rows')} spans, ${count('docket.db', 'trials')} trials; load ${loadavg()[0]?.toFixed(1)}`);
  note('program and style, gzipped', gzipSync(appScript + appStyle).length / 1000, 250, 'kB');
  const app = await serve();
  await using browser = await startReportBrowser();
  // Playwright looks into the page by evaluating texts.
  await using opened = await browser.visit(app.url, { bypassCSP: true });
  const { page } = opened;
  const since = (selector: string) =>
    page
      .locator(selector)
      .first()
      .waitFor()
      .then(() => page.evaluate(() => performance.now()));
  /** From what a person does to the frame in which the page shows it. */
  const timed = async (what: string, act: () => Promise<unknown>, done: string, most = 100) => {
    await page.evaluate(() => {
      Object.assign(window, { acted: 0 });
      for (const name of ['input', 'change', 'click'])
        addEventListener(name, () => Object.assign(window, { acted: performance.now() }), { capture: true });
    });
    await act();
    await page.waitForFunction((condition) => new Function(`return ${condition}`)() as boolean, done, { polling: 'raf', timeout: 300_000 });
    note(what, await page.evaluate(() => performance.now() - (window as unknown as { acted: number }).acted), most, 'ms');
  };
  note('first useful paint: the list of 200 runs', await since('.run-row'), 1000, 'ms');
  await page.goto(`${app.origin}/runs/${large}#view=matrix`);
  note('first useful paint: the matrix of 100,000 trials', await since('a.matrix-row'), 1000, 'ms');
  const first = "document.querySelector('.matrix-row .case-id')?.textContent";
  await timed(
    'matrix: sort by a version',
    () => page.getByRole('button', { name: /^v2/ }).click(),
    `${first} !== undefined && location.hash.includes('sort=v2')`,
  );
  await timed('matrix: filter by text', () => page.getByRole('searchbox').fill('case-24'), `${first}?.startsWith('case-24')`);
  await timed(
    'matrix: filter by finding',
    () => page.getByLabel('finding').selectOption('false-approval'),
    "location.hash.includes('finding')",
  );
  await page.goto(`${app.origin}/runs/${large}#case=case-1234`);
  note('a case by its link, its transcripts out of the trial store', await since('table.steps'), 1000, 'ms');
  await page.goto(`${app.origin}/history`);
  note('first useful paint: history', await since('#flaky'), 1000, 'ms');
  await page.goto(`${app.origin}/traces`);
  note('first useful paint: the list of traces', await since('.trace-row'), 1000, 'ms');
  const status = "document.querySelector('[role=status]')?.textContent ?? ''";
  await timed(
    'traces: words made searchable, once',
    () => page.getByRole('searchbox').fill('zebra'),
    `/^0 traces/.test(${status})`,
    180_000,
  );
  const isRead = (condition: string) => `location.hash.includes('${condition}') && /^\\d+ traces/.test(${status})`;
  await timed('traces: filter by a rare word', () => page.getByRole('searchbox').fill('giraffe'), isRead('text=giraffe'));
  await timed('traces: filter by a word that most have', () => page.getByRole('searchbox').fill('loan'), isRead('text=loan'));
  await timed(
    'traces: filter by finding',
    () => page.getByLabel('Finding').selectOption('false-approval'),
    isRead('finding=false-approval'),
  );
  await page.locator('.trace-row').first().click();
  await page.locator('.trace-columns').waitFor();
  await page.goto(page.url());
  note('first useful paint: a trace', await since('.trace-columns'), 1000, 'ms');
  await page.goto(`${app.origin}/improve`);
  note('first useful paint: the plan', await since('h1'), 1000, 'ms');
  await page.goto(`${app.origin}/runs/${large}#view=matrix`);
  await page.locator('a.matrix-row').first().waitFor();
  await live(app.origin);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  note('memory of the tab: heap of the page', (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1e6, 300, 'MB');
  note('memory of the server, at its peak', app.megabytes(), 250, 'MB');
  await app.close();

  async function live(origin: string): Promise<void> {
    const keeper = new RunKeeper(root, start());
    keeper.plan({ versions: [{ name: 'v1' }], cases: 500, wanted: 10_000 });
    await page.goto(`${origin}/runs/${keeper.id}`);
    await page.locator('progress').waitFor();
    await page.evaluate(() => {
      const seen = { longest: 0 };
      Object.assign(window, { seen });
      let before = performance.now();
      const frame = (now: number) => {
        seen.longest = Math.max(seen.longest, now - before);
        before = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame((now) => {
        before = now;
        requestAnimationFrame(frame);
      });
    });
    for (let number = 1; number <= 500; number += 1) {
      keeper.trial({ version: 'v1', caseId: `case-${number % 100}`, number, end: 'p', harmful: false, reused: false, dollars: 0 });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    note(
      'longest frame of a live run, about 100 trials a second',
      await page.evaluate(() => (window as unknown as { seen: { longest: number } }).seen.longest),
      50,
      'ms',
    );
    keeper.end({ state: 'done' });
  }
} finally {
  if (given === undefined) rmSync(root, { recursive: true, force: true });
}

process.exitCode = rows.every(({ value, most }) => value <= most) ? 0 : 1;

/** The server in a process of its own, as a person starts it. */
async function serve() {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'ui', '--no-open'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  // Also when a measurement fails.
  process.once('exit', () => child.kill());
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += text;
    if (said.includes('Ctrl-C')) break;
  }
  const url = /http:\S+/.exec(said)?.[0] ?? '';
  return {
    url,
    origin: new URL(url).origin,
    megabytes: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1000,
    async close() {
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

function start() {
  return { kind: 'eval' as const, command: 'docket eval', environment: {}, warn: (message: string) => console.error(message) };
}

function keepSmall(number: number): void {
  const keeper = new RunKeeper(root, { ...start(), now: () => new Date(Date.UTC(2026, 0, 1) + number * 3_600_000) });
  keeper.plan({ agent: 'desk', mode: 'simulated', versions: [{ name: 'v1', fingerprint: 'f1' }], cases: 50 });
  for (let each = 0; each < 50; each += 1)
    keeper.trial({
      version: 'v1',
      caseId: `case-${each}`,
      number: 1,
      end: each % 7 === 0 ? 'f' : 'p',
      harmful: false,
      reused: false,
      dollars: 0,
    });
  keeper.end({ state: 'done', verdict: { name: 'failed', tone: 'bad', reason: 'Some failed.' } });
}

async function keepLarge(): Promise<string> {
  const keeper = new RunKeeper(root, start());
  keeper.plan({ agent: 'desk', mode: 'simulated', versions: versions.map((name) => ({ name, fingerprint: name })), cases });
  await keeper.report(largeReport());
  keeper.end({ state: 'done', verdict: { name: 'failed', tone: 'bad', reason: 'Some failed.' } });
  return keeper.id;
}

function largeReport(): EvaluationReport {
  const totals = { passes: 1, runs: cases * trials, falseApprovals: 0, falseDenials: 0 };
  return {
    kind: 'evaluation',
    createdAt: '2026-11-01T00:00:00.000Z',
    rerun: 'docket eval',
    notices: [],
    agent: 'desk',
    mode: 'simulated',
    versions: versions.map((name) => ({
      version: { name, fingerprint: '0'.repeat(64), prompt: name, toolVariant: name, model: 'a-model' },
      totals,
    })),
    judged: 3,
    result: { name: 'failed', tone: 'bad', reason: 'Some failed.' },
    spending: { trials: { spent: 0, saved: 0, reused: 0 } },
    cases: Array.from({ length: cases }, (_, number) => ({
      id: `case-${number}`,
      title: `An application for a loan, number ${number}`,
      critical: number % 50 === 0,
      tags: [`group-${number % 12}`],
      input: { annual_income: 40_000 + number, total_debt: 12_000, credit_score: 500 + (number % 300), loan_amount: 250_000 },
      expected: { approved: number % 2 === 0, max_loan: 100_000 + number },
      labelSource: 'policy',
      arms: versions.map((_, version) => {
        const own = Array.from({ length: trials }, (__, trial) => trialOf(number, version, trial));
        return {
          passes: own.filter(({ pass }) => pass).length,
          runs: trials,
          falseApprovals: 0,
          falseDenials: 0,
          agreement: 0.8,
          trials: own,
          stored: storedUnder(number, version),
          infraErrors: [],
        };
      }),
    })),
  };
}

function storedUnder(number: number, version: number) {
  return { versionFingerprint: versions[version] ?? '', caseFingerprint: `input of case-${number}` };
}

/** What happened in each of them. */
async function fillTrialStore(): Promise<void> {
  const store = openTrialStore(join(root, '.docket', 'docket.db'));
  for (let number = 0; number < cases; number += 1)
    await Promise.all(
      [...versions.keys()].flatMap((version) =>
        Array.from({ length: trials }, (_, trial) => store.save(storedTrial(number, version, trial))),
      ),
    );
  await store.close();
}

function storedTrial(number: number, version: number, trial: number): Trial {
  const { decision = {}, durationMs } = trialOf(number, version, trial);
  const content = [{ type: 'text', text: JSON.stringify(decision) }];
  const usage = { inputTokens: 1800, outputTokens: 200, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const asks = { id: 'call-1', tool: 'check_debt', input: { total_debt: 12_000 + number } };
  return {
    key: { ...storedUnder(number, version), series: 'eval', number: trial + 1 },
    mode: 'simulated',
    transcript: {
      userMessage: `An application for a loan, number ${number}`,
      steps: [
        {
          kind: 'tool-call',
          ...asks,
          result: `The debts of applicant ${number} are paid by a quarter of the income.`,
          isError: false,
          durationMs: 2,
        },
        { kind: 'model-call', model: 'a-model', content, stopReason: 'end_turn', usage, durationMs },
      ],
    },
    usage,
    startedAt: '2026-11-01T00:00:00.000Z',
    durationMs,
    infraRetries: 0,
    outcome: { kind: 'decided', decision },
  };
}

function count(file: string, table: string): string {
  const database = new DatabaseSync(join(root, '.docket', file), { readOnly: true });
  const { rows: found } = database.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number };
  database.close();
  return found.toLocaleString('en');
}

function trialOf(number: number, version: number, trial: number): ReportedTrial {
  const pass = (number * 7 + version * 3 + trial) % 5 !== 0;
  return {
    number: trial + 1,
    series: 'eval',
    purpose: 'compare',
    pass,
    outcome: 'decided',
    decision: {
      approved: pass === (number % 2 === 0),
      max_loan: 100_000 + number,
      reasoning: `The debts of applicant ${number} leave room.`,
    },
    findings: pass
      ? []
      : [{ code: number % 2 === 0 ? 'false-denial' : 'false-approval', message: 'The decision is wrong.', field: 'approved' }],
    tokens: 2000 + trial,
    durationMs: 1000 + trial * 37,
    dollars: 0.004,
  };
}
