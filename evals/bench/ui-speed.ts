/**
 * How fast is `docket ui` on a large project? Keeps a run of 100,000 trials (2,500 cases, 4 versions, 10 trials each) among 199 others, opens it in a real
 * Chromium, and measures: node evals/bench/ui-speed.ts. A timing that is over its limit is named, and ends the script with 1.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { appScript, appStyle } from '../../src/app/page/bundle.generated.ts';
import type { EvaluationReport } from '../../src/contracts/evaluation-report.ts';
import type { ReportedTrial } from '../../src/contracts/reported-case.ts';
import { RunKeeper } from '../../src/flows/runs/keep-run.ts';
import { startReportBrowser } from '../../src/reporters/testing/report-browser.ts';

const [cases, versions, trials] = [2500, ['v1', 'v2', 'v3', 'v4'], 10] as const;
const rows: { readonly what: string; readonly value: number; readonly most: number; readonly unit: string }[] = [];
const note = (what: string, value: number, most: number, unit: string) => rows.push({ what, value, most, unit });

const root = mkdtempSync(join(tmpdir(), 'docket-ui-speed-'));
try {
  note('program and style, gzipped', gzipSync(appScript + appStyle).length / 1000, 250, 'kB');
  for (let number = 0; number < 199; number += 1) keepSmall(number);
  const large = await keepLarge();
  const app = await serve();
  await using browser = await startReportBrowser();
  await using opened = await browser.visit(app.url);
  const { page } = opened;
  const since = (selector: string) =>
    page
      .locator(selector)
      .first()
      .waitFor()
      .then(() => page.evaluate(() => performance.now()));
  note('first useful paint: the list of 200 runs', await since('.run-row'), 1000, 'ms');
  await page.goto(`${app.origin}/runs/${large}#view=matrix`);
  note('first useful paint: the matrix of 100,000 trials', await since('a.matrix-row'), 1000, 'ms');
  const timed = async (what: string, act: () => Promise<unknown>, done: string) => {
    await page.evaluate(() => {
      Object.assign(window, { acted: 0 });
      for (const name of ['input', 'change', 'click'])
        addEventListener(name, () => Object.assign(window, { acted: performance.now() }), { capture: true });
    });
    await act();
    await page.waitForFunction((condition) => new Function(`return ${condition}`)() as boolean, done, { polling: 'raf' }).catch(() => {});
    note(what, await page.evaluate(() => performance.now() - (window as unknown as { acted: number }).acted), 100, 'ms');
  };
  const first = "document.querySelector('.matrix-row .case-id')?.textContent";
  await timed(
    'sort by a version',
    () => page.getByRole('button', { name: /^v2/ }).click(),
    `${first} !== undefined && location.hash.includes('sort=v2')`,
  );
  await timed('filter by text', () => page.getByRole('searchbox').fill('case-24'), `${first}?.startsWith('case-24')`);
  await timed('filter by finding', () => page.getByLabel('finding').selectOption('false-approval'), "location.hash.includes('finding')");
  await page.goto(`${app.origin}/runs/${large}#case=case-1234`);
  note('a case by its link', await since('#steps'), 1500, 'ms');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  note('memory of the tab (heap of the page)', (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1e6, 300, 'MB');
  note('memory of the server', app.megabytes(), 250, 'MB');
  await live(app.origin);
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
  rmSync(root, { recursive: true, force: true });
}

for (const { what, value, most, unit } of rows)
  console.log(`${value <= most ? 'ok  ' : 'OVER'} ${what}: ${value.toFixed(value < 10 ? 1 : 0)} ${unit} (at most ${most})`);
process.exitCode = rows.every(({ value, most }) => value <= most) ? 0 : 1;

/** The server in a process of its own, as a person starts it. */
async function serve() {
  writeFileSync(join(root, 'docket.config.ts'), '');
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'ui', '--no-open'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += text;
    if (said.includes('Ctrl-C')) break;
  }
  const url = /http:\S+/.exec(said)?.[0] ?? '';
  return {
    url,
    origin: new URL(url).origin,
    megabytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1000,
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
          infraErrors: [],
        };
      }),
    })),
  };
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
