/**
 * Makes the pictures of `docket ui` anew, each for light and for dark pages: a matrix of two versions of the underwriter with the simulated
 * model, a recorded run, a draft under review and the plan of the next version. The applications are drawn by a seed; dates and times are
 * those of the day. Needs Chromium (`CHROMIUM_PATH`).
 *
 *     node evals/docs/app-pictures.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { AppProject } from '../../src/app/app-project.ts';
import { serveApp } from '../../src/app/app-server.ts';
import { startedAs } from '../../src/cli/invocation.ts';
import { seededRandom } from '../../src/index.ts';
import { type ReportBrowser, startReportBrowser } from '../../src/reporters/testing/report-browser.ts';
import { makeUnderwriterProject } from './underwriter-project.ts';

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const folder = join(import.meta.dirname, 'pictures');
const mostBytes = 80_000;

/** How each place is reached from the opened app, by what a reader would click. */
const places: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  matrix: async (page) => {
    await page.locator('.run-row').first().click();
    await page.locator('nav[aria-label="Views"] a', { hasText: 'Matrix' }).click();
    await page.locator('.matrix-row').first().waitFor();
  },
  trace: async (page) => {
    await goTo(page, 'Traces');
    await page.locator('a[href^="/traces/"]').first().click();
    await page.locator('.timeline').waitFor();
  },
  review: async (page) => {
    await goTo(page, 'Review');
    await page.getByRole('button', { name: /^Begin/ }).click();
    await page.getByRole('button', { name: /^Approve/ }).waitFor();
  },
  plan: async (page) => {
    await goTo(page, 'Improve');
    await page.locator('.plan-item').first().waitFor();
  },
};

// The page shows the folder's name.
const above = mkdtempSync(join(tmpdir(), 'docket-pictures-'));
const project = join(above, 'underwriter');
renameSync(makeUnderwriterProject(), project);
try {
  prepare();
  const app = await serveApp(
    new AppProject({ directory: project, environment: {}, canWrite: true, whoReviews: { kind: 'named', name: 'Your Name' } }),
    { port: 0 },
  );
  try {
    await using browser = await startReportBrowser();
    for (const colorScheme of ['light', 'dark'] as const)
      for (const [name, reach] of Object.entries(places)) await draw(browser, app.url, { name, colorScheme, reach });
  } finally {
    await app.close();
  }
} finally {
  rmSync(above, { recursive: true, force: true });
}

/** One evaluation, and 40 applications that version 1 decided, scored, with a plan and drafts made of them. */
function prepare(): void {
  const random = seededRandom('app pictures');
  const between = (least: number, most: number) => Math.round(least + (most - least) * random());
  const application = () => ({
    annual_income: 1000 * between(30, 240),
    total_debt: 100 * between(0, 400),
    credit_score: between(480, 820),
    loan_amount: 1000 * between(20, 800),
  });
  const lines = Array.from({ length: 40 }, () => `${JSON.stringify(application())}\n`);
  writeFileSync(join(project, 'applications.jsonl'), lines.join(''));
  const environment = { ...process.env, ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '', [startedAs]: 'npx docket' };
  const docket = (...words: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [main, ...words], { cwd: project, encoding: 'utf8', env: environment });
    // 1: trials failed, which is what is to be seen.
    if (status !== 0 && status !== 1) throw new Error(`docket ${words.join(' ')} ended with ${status}:\n${stderr}`);
  };
  docket('eval', '12', '--versions', 'v1,v2', '--mode', 'simulated');
  docket('decide', '--lines', 'applications.jsonl', '--output', 'decisions.jsonl', '--version', 'v1', '--mode', 'simulated');
  docket('traces', 'score');
  docket('improve', '--version', 'v1');
  docket('cases', 'draft', '--by', 'finding', '--limit', '3');
}

async function goTo(page: Page, name: string): Promise<void> {
  await page.locator('nav[aria-label="Docket"] a', { hasText: name }).click();
}

async function draw(
  browser: ReportBrowser,
  address: string,
  { name, colorScheme, reach }: { name: string; colorScheme: 'light' | 'dark'; reach: (page: Page) => Promise<void> },
): Promise<void> {
  await using opened = await browser.visit(address, { colorScheme, viewport: { width: 1120, height: 720 }, deviceScaleFactor: 2 });
  const { page, misdeeds } = opened;
  await page.locator('.run-row').first().waitFor();
  await reach(page);
  await page.evaluate(() => scrollTo(0, 0));
  if (misdeeds.length > 0) throw new Error(`The page of ${name} does what it must not: ${misdeeds.join('; ')}`);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 });
  const file = join(folder, `app-${name}-${colorScheme}.webp`);
  writeFileSync(file, Buffer.from(data, 'base64'));
  const { size } = statSync(file);
  if (size > mostBytes) throw new Error(`${file} has ${size} bytes, more than ${mostBytes}.`);
}
