import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppProject } from '../../app/app-project.ts';
import { type ServedApp, serveApp } from '../../app/app-server.ts';
import { RunKeeper } from '../../flows/runs/keep-run.ts';
import { exampleVerdict } from '../../reporters/testing/example-report.ts';
import { hostileText } from '../../reporters/testing/hostile-text.ts';
import { missingBrowser, type ReportBrowser, startReportBrowser } from '../../reporters/testing/report-browser.ts';
import { fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

if (missingBrowser) console.log(`Browser tests are skipped: ${missingBrowser}.`);

const slow = { tags: ['slow'] };

describe.skipIf(missingBrowser)('runs in the app', () => {
  let browser: ReportBrowser;
  let root: string;
  let project: AppProject;
  let app: ServedApp;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'docket-ui-'));
    project = new AppProject({ directory: root, environment: process.env, canWrite: true });
    app = await serveApp(project, { port: 0 });
    browser = await startReportBrowser();
  });
  afterAll(async () => {
    await app?.close();
    await browser?.[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  const keep = (more: Partial<ConstructorParameters<typeof RunKeeper>[1]> = {}) =>
    new RunKeeper(root, { kind: 'eval', command: 'docket eval', environment: {}, warn: (message) => expect.fail(message), ...more });

  test('an evaluation of two versions is listed, filtered, sorted and read case by case, and a link shows the same', slow, async () => {
    using made = fixtureProject({ trials: 2 });
    for (let number = 1; number <= 12; number += 1)
      made.writeCase(`light-${number}`, { ...parcelCase(`light-${number}`, number, true), tags: ['light'] });
    const ended = await runHere(['eval', '--mode', 'simulated'], { directory: made.directory });
    expect(ended.stderr).not.toContain('not kept');
    const own = await serveApp(new AppProject({ directory: made.directory, environment: {}, canWrite: false }), { port: 0 });
    await using opened = await browser.visit(own.url);
    const { page, misdeeds } = opened;
    await page.locator('.run-row').click();
    await page.locator('#case-heading').waitFor();
    expect(page.url()).not.toContain('token');
    await page.locator('nav[aria-label="Views"] a', { hasText: 'Matrix' }).click();
    await page.getByLabel('tag').selectOption('light');
    expect(await page.locator('.matrix-row .case-id').count()).toBe(12);
    await page.getByRole('searchbox').fill('light-1');
    expect(await page.locator('.matrix-row .case-id').allTextContents()).toEqual(['light-1', 'light-10', 'light-11', 'light-12']);
    await page.getByRole('button', { name: /^case/ }).click();
    await page.getByRole('button', { name: /^case/ }).click();
    const shown = await page.locator('.matrix-row .case-id').allTextContents();
    expect(shown[0]).toBe('light-12');
    const link = page.url();
    expect(new URL(link).hash).toBe('#view=matrix&show=all&find=light-1&tag=light&sort=-case');
    // A second tab has what the first one shows, and no token in its address.
    const second = await page.context().newPage();
    await second.goto(link);
    await second.locator('.matrix-row .case-id').first().waitFor();
    expect(await second.locator('.matrix-row .case-id').allTextContents()).toEqual(shown);
    await second.locator('a.matrix-row').first().click();
    await second.locator('#steps').waitFor();
    expect(await second.locator('#case-heading').textContent()).toBe('light-12');
    await second.getByRole('link', { name: 'This case from run to run' }).click();
    await second.getByRole('heading', { name: 'light-12' }).waitFor();
    await second.locator('article h3').nth(1).waitFor();
    expect(await second.locator('article h3').allTextContents()).toEqual(['v1', 'v2']);
    expect(misdeeds).toEqual([]);
    await own.close();
  });

  test('a run is watched as it goes on, to its end', slow, async () => {
    const keeper = keep();
    keeper.plan({ agent: 'desk', mode: 'simulated', versions: [{ name: 'v1' }, { name: hostileText }], cases: 3, wanted: 12 });
    await using opened = await browser.visit(app.url);
    const { page, misdeeds } = opened;
    await page.locator('.run-row', { hasText: 'running' }).click();
    const trial = (version: string, caseId: string, number: number, end: 'p' | 'f') =>
      keeper.trial({ version, caseId, number, end, harmful: end === 'f', reused: false, dollars: 0.01 });
    for (const caseId of ['a', 'b', hostileText]) {
      trial('v1', caseId, 1, 'p');
      trial(hostileText, caseId, 1, 'f');
      // As long as the keeper waits between two writings.
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    trial('v1', 'a', 2, 'p');
    await page.getByText('7 of 12 trials', { exact: true }).waitFor();
    expect(await page.locator('.matrix-row:not(.head)').count()).toBe(3);
    expect(await page.locator('.matrix-row', { hasText: /^a$/ }).locator('svg').first().getAttribute('aria-label')).toBe('2 of 2 pass');
    expect(await page.getByText('! 3').count()).toBe(1);
    keeper.end({ state: 'done', verdict: { name: 'failed', tone: 'bad', reason: 'It failed.' } });
    await page.getByRole('heading', { name: 'failed' }).waitFor();
    // Without a report, its trials are what there is to see, afterwards as well.
    await page.reload();
    await page.locator('.matrix-row:not(.head)').nth(2).waitFor();
    expect(misdeeds).toEqual([]);
  });

  test('a run that is killed while it is watched is broken off, and one is stopped from the page', slow, async () => {
    const module = new URL('../../flows/runs/keep-run.ts', import.meta.url).href;
    const script = `import { RunKeeper } from '${module}';
      const keeper = new RunKeeper(process.argv[1], { kind: 'eval', command: 'docket eval', words: ['eval'], environment: {}, warn: console.error });
      keeper.plan({ versions: [{ name: 'v1' }], cases: 1, wanted: 2 });
      process.on('SIGINT', () => { keeper.end({ state: 'stopped' }); process.exit(130); });
      console.log(keeper.id);
      setInterval(() => {}, 1000);`;
    const start = async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, root], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [id] = await once(child.stdout.setEncoding('utf8'), 'data');
      return { child, id: String(id).trim() };
    };
    const killed = await start();
    await using opened = await browser.visit(app.url);
    const { page } = opened;
    await page.goto(`${app.origin}/runs/${killed.id}`);
    await page.getByRole('heading', { name: 'running' }).waitFor();
    killed.child.kill('SIGKILL');
    await page.getByRole('heading', { name: 'broken off' }).waitFor();
    expect(await page.locator('main').textContent()).toContain('Its process ended without a word');
    expect(await page.getByRole('button', { name: 'Go on' }).count()).toBe(1);
    const stopped = await start();
    const exit = once(stopped.child, 'exit');
    await page.goto(`${app.origin}/runs/${stopped.id}`);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('heading', { name: 'stopped' }).waitFor();
    expect((await exit)[0]).toBe(130);
  });

  test('a gate is understood: its verdict, the cause with what changed, and what to do; hostile text does nothing', slow, async () => {
    const keeper = keep({ kind: 'gate', command: `docket gate ${hostileText}` });
    await keeper.report(exampleVerdict({ aside: hostileText, title: hostileText }));
    keeper.end({ state: 'done', verdict: { name: 'Regressed', tone: 'bad', reason: hostileText } });
    const folder = join(root, '.docket', 'runs', '20260101-000000-aaaaaa');
    mkdirSync(folder);
    writeFileSync(join(folder, 'run.json'), '{"schemaVersion":2}');
    await using opened = await browser.visit(app.url);
    const { page, misdeeds } = opened;
    await page.getByText('1 run in .docket/runs cannot be read').waitFor();
    expect(await accessible(page, '.run-row')).toEqual([]);
    await page.locator('.run-row', { hasText: 'gate' }).click();
    await page.locator('#steps').waitFor();
    expect(await page.locator('h1').textContent()).toBe('Regressed');
    expect(await page.locator('#attribution').textContent()).toBe('Cause');
    expect(await page.locator('.text-diff ins, .text-diff .added').count()).toBeGreaterThan(0);
    expect(await page.locator('#accused').textContent()).toBe('What to fix');
    for (const key of ['2', '3', '4', '1']) await page.keyboard.press(key);
    for (let step = 0; step < 8; step += 1) await page.keyboard.press('j');
    await page.locator('#decisions').waitFor();
    expect(await page.evaluate(() => 'hostile' in window)).toBe(false);
    expect(await accessible(page, '#case-heading')).toEqual([]);
    await page.goto(`${app.origin}/history`);
    expect(await accessible(page, '#flaky')).toEqual([]);
    // Deleted under the app.
    rmSync(keeper.folder, { recursive: true });
    await page.goto(`${app.origin}/runs/${keeper.id}`);
    await page.getByText(`There is no run "${keeper.id}"`).waitFor();
    expect(misdeeds.filter((misdeed) => !misdeed.includes('404'))).toEqual([]);
  });

  test('without the token there is nothing to see but what to do', slow, async () => {
    await using opened = await browser.visit(`${app.origin}/runs`);
    await opened.page.getByText('Open the address that docket ui printed').waitFor();
    expect(await opened.page.locator('.run-row').count()).toBe(0);
  });
});

/** What axe finds, light and dark, at three widths; nothing may be wider than the page. */
async function accessible(page: Page, ready: string): Promise<string[]> {
  const found: string[] = [];
  await page.locator(ready).first().waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 768, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      found.push(...violations.map(({ id, nodes }) => `${colorScheme} ${width} ${id} ${nodes.map(({ html }) => html).join(' ')}`));
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${width} is too narrow`);
    }
  }
  return found;
}
