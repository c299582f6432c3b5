import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../contracts/verdict.ts';
import { wilsonInterval } from '../stats/wilson-interval.ts';
import { html } from './html.ts';
import { junit } from './junit.ts';
import { byteLength } from './markdown-text.ts';
import { recordedPage } from './recorded-page.ts';
import { exampleComparison, exampleVerdict, largeComparison } from './testing/example-report.ts';
import { comparisonWithField } from './testing/hostile-fields.ts';
import { hostileText } from './testing/hostile-text.ts';
import { missingBrowser, type ReportBrowser, startReportBrowser } from './testing/report-browser.ts';

if (missingBrowser) console.log(`Browser tests are skipped: ${missingBrowser}.`);

describe.skipIf(missingBrowser)('the page in Chromium', () => {
  let browser: ReportBrowser;
  beforeAll(async () => {
    browser = await startReportBrowser();
  });
  afterAll(() => browser?.[Symbol.asyncDispose]());

  const example = html.render(exampleVerdict());
  const selectedCase = (page: Page) => page.locator('#case-heading').textContent();
  const chosenTrial = (page: Page, side: string) =>
    page.locator(`.strip a[aria-current][aria-label^="${side}"]`).getAttribute('aria-label');
  const ready = (page: Page) => page.waitForSelector('#steps');

  test('is accessible in every view: light, dark, forced colours and 320 px', { tags: ['slow'] }, async () => {
    await using opened = await browser.open(example);
    const { page, misdeeds } = opened;
    await ready(page);
    // The elements are the same in every look: beyond the light one, only what a look can break is searched again.
    const looks = [
      { look: 'light', put: () => page.emulateMedia({ colorScheme: 'light' }), full: '12345' },
      { look: 'dark', put: () => page.emulateMedia({ colorScheme: 'dark' }), full: '' },
      { look: 'forced colours', put: () => page.emulateMedia({ forcedColors: 'active' }), full: '1' },
      { look: '320 px', put: () => page.setViewportSize({ width: 320, height: 700 }), full: '12' },
    ];
    for (const { look, put, full } of looks) {
      await put();
      for (const key of ['1', '2', '3', '4', '5']) {
        await page.keyboard.press(key);
        await page.waitForSelector(key === '1' ? '#steps' : 'section.wide');
        const view = `${look}, ${await page.locator('nav a[aria-current]').textContent()}`;
        const rules = full.includes(key)
          ? undefined
          : look === 'dark'
            ? ['color-contrast']
            : ['scrollable-region-focusable', 'target-size'];
        expect(await violations(page, rules), view).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), view).toBeLessThanOrEqual(0);
      }
    }
    expect(misdeeds).toEqual([]);
  });

  test('shows verdict, mode and flipped cases first, and the accused case beside them', async () => {
    await using opened = await browser.open(example);
    const { page } = opened;
    await ready(page);
    expect(await page.locator('h1').textContent()).toBe('Regressed');
    expect(await page.locator('.mode').textContent()).toContain('simulated model No real model answered');
    expect(await page.locator('.case-row .case-id').allTextContents()).toEqual([
      '05-high-income-terrible-credit',
      '06-excellent-credit-loan-5-times-income',
      '02-dti-a-hair-over-cap',
      '08-trivial-loan-no-debt',
      '10-three-borders-at-once',
      '09-score-one-below-fair',
      '01-dti-exactly-at-cap',
      'trace-7f3a-second-mortgage',
    ]);
    expect(await selectedCase(page)).toBe('06-excellent-credit-loan-5-times-income');
    expect(await page.locator('tr.divergence').textContent()).toContain('First divergence: decision');
    expect(await page.locator('.decision td.wrong').first().textContent()).toContain('not as expected');
    // Main took none for the other, so it has no matrix.
    expect(await page.locator('.confusion caption').allTextContents()).toEqual(['What was decided (approved), candidate']);
    expect(await page.locator('.confusion td.wrong').allTextContents()).toEqual(['7 ! harm', '1 wrong']);
  });

  test('shows recorded runs of two sides task by task: what differs first, searchable, accessible, and hostile names as text', async () => {
    const side = (passes: number, runs: number) => ({ passes, runs, interval: wilsonInterval({ passes, runs }) });
    const tasks = [
      { task: '<img src=x onerror=alert(1)>', sides: [side(4, 4), side(4, 4)] as const },
      { task: 'better', sides: [side(0, 4), side(1, 4)] as const },
      { task: 'worse', sides: [side(4, 4), side(0, 4)] as const },
      { task: 'once', sides: [side(0, 0), side(0, 4)] as const },
    ];
    await using opened = await browser.open(
      recordedPage({
        createdAt: '2026-11-01T10:00:00.000Z',
        rerun: 'docket traces compare --by task --group agent=old,new',
        recorded: {
          by: 'task',
          group: { name: 'agent', values: ['old', 'new'] },
          score: 'reward',
          tasks,
          sides: [side(8, 12), side(5, 16)],
          drop: { value: 0.25, low: 0.1, high: 0.4 },
          pWorse: 0.01,
          pBetter: 0.99,
          informativeTasks: 2,
          verdict: 'worse',
          leftOut: { otherRuns: 3, withoutTask: 0, withoutScore: 0 },
        },
      }),
    );
    const { page, misdeeds } = opened;
    await page.waitForSelector('#tasks');
    expect(await page.locator('h1').textContent()).toBe('Passes less often');
    expect(await page.locator('.reason').textContent()).toContain('new passes less often than old on these tasks: by 25.0 points');
    expect(await page.locator('.note').textContent()).toBe('Left out: 3 runs of neither side.');
    expect(await page.locator('.rows .case-id').allTextContents()).toEqual(['worse', 'better']);
    expect(await page.locator('.rows .change').allTextContents()).toEqual(['↓ −100 pts', '↑ +25 pts']);
    await page.locator('label', { hasText: 'All' }).click();
    expect(await page.locator('.rows .case-id').allTextContents()).toEqual(tasks.map(({ task }) => task));
    await page.locator('input[type=search]').fill('onc');
    expect(await page.locator('.rows .matrix-cell').allTextContents()).toEqual(['not run', '0 of 4']);
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 700 });
      expect(await violations(page), `${width} px`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${width} px`).toBeLessThanOrEqual(0);
    }
    expect(misdeeds).toEqual([]);
  });

  test('walks by keys: cases, trials, views, search and help', { tags: ['slow'] }, async () => {
    await using opened = await browser.open(example);
    const { page, misdeeds } = opened;
    await ready(page);
    await page.keyboard.press('j');
    expect(await selectedCase(page)).toBe('02-dti-a-hair-over-cap');
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    expect(await selectedCase(page)).toBe('05-high-income-terrible-credit');
    await page.keyboard.press('p');
    expect(await chosenTrial(page, 'candidate')).toBe('candidate, screen trial 3: passed');
    await page.keyboard.press('Shift+N');
    expect(await chosenTrial(page, 'main')).toBe('main, stored trial 2: passed');
    expect(new URL(page.url()).hash).toBe('#case=05-high-income-terrible-credit&trial=baseline-stored-2&against=candidate-screen-3');
    await page.keyboard.press('2');
    expect(await page.locator('nav a[aria-current]').textContent()).toBe('Matrix');
    await page.keyboard.press('/');
    await page.keyboard.type('jk trivial');
    expect(await page.locator('.empty').textContent()).toBe('No cases match.');
    await page.locator('#search').fill('trivial');
    expect(await page.locator('.rows a').count()).toBe(1);
    await page.locator('h1').click();
    await page.keyboard.press('?');
    expect(await page.locator('dialog').textContent()).toContain('next case');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').isVisible()).toBe(false);
    expect(misdeeds).toEqual([]);
  });

  test('a link leads to a case, also one that did not change, and to its trials', { tags: ['slow'] }, async () => {
    const at = '#case=07-loan-44-times-income&trial=candidate-screen-3&against=baseline-stored-5';
    await using opened = await browser.open(html.render(exampleComparison()), { at });
    const { page } = opened;
    await ready(page);
    expect(await selectedCase(page)).toBe('07-loan-44-times-income');
    expect(await chosenTrial(page, 'pull request')).toContain('screen trial 3');
    expect(await chosenTrial(page, 'main')).toContain('stored trial 5');
    expect(await page.locator('.case-row[aria-current]').textContent()).toContain('07-loan-44-times-income');
    await page.locator('.strip a[aria-label^="pull request, screen trial 1"]').click();
    expect(await chosenTrial(page, 'pull request')).toContain('screen trial 1');
    await page.goBack();
    expect(await chosenTrial(page, 'pull request')).toContain('screen trial 3');
  });

  test('text of a model is shown and does nothing', async () => {
    await using opened = await browser.open(html.render(exampleVerdict({ aside: hostileText, title: hostileText })));
    const { page, misdeeds } = opened;
    await ready(page);
    for (let step = 0; step < 8; step += 1) await page.keyboard.press(step < 4 ? 'k' : 'j');
    await page.locator('#decisions').waitFor();
    expect(await page.evaluate(() => 'hostile' in window)).toBe(false);
    expect(await page.locator('img, iframe, main script, a[href^="javascript"], a[href^="http"]').count()).toBe(0);
    const text = await page.locator('.case-view').textContent();
    expect(text).toContain('</script><script>window.hostile = 1</script>');
    expect(text).toContain('\\u202e reversed');
    expect(text).not.toContain('\u202e');
    expect(misdeeds).toEqual([]);
  });

  test.each(['constructor', '__proto__', 'toString', 'length'])(
    'a decision field called %s is shown as any other',
    { tags: ['slow'] },
    async (name) => {
      const report = comparisonWithField(name, { expected: name === 'length', trial: (number) => number % 2 === 0 });
      await using opened = await browser.open(html.render(report), {
        at: '#case=07-loan-44-times-income&trial=candidate-screen-2&against=baseline-stored-5',
      });
      const { page, misdeeds } = opened;
      await ready(page);
      const row = page.locator('.decision tr', { has: page.getByRole('rowheader', { name, exact: true }) });
      // Only the trial with an even number has it.
      expect(await row.locator('td').allTextContents()).toEqual([name === 'length' ? 'x' : '–', '–', 'x']);
      for (const key of ['1', '2', '3', '4', '5']) await page.keyboard.press(key);
      for (let step = 0; step < 12; step += 1) await page.keyboard.press('j');
      expect(misdeeds).toEqual([]);
    },
  );

  test('a part that a strange report breaks fails alone, and says so', async () => {
    const { attribution: _, ...report } = exampleVerdict() as Verdict & { attribution?: unknown };
    const strange = { ...report, attribution: { factor: 'unheard-of', cells: [] } } as unknown as Verdict;
    await using opened = await browser.open(html.render(strange), { at: '#case=07-loan-44-times-income' });
    const { page, misdeeds } = opened;
    await ready(page);
    await page.locator('#decisions').waitFor();
    expect(await page.locator('.note[role="alert"]').allTextContents()).toEqual([expect.stringContaining('cannot show the cause')]);
    expect(await selectedCase(page)).toBe('07-loan-44-times-income');
    expect(misdeeds).toEqual([]);
  });

  test('a megabyte of reasoning is cut and folded', { tags: ['slow'] }, async () => {
    await using opened = await browser.open(html.render(exampleVerdict({ aside: 'word '.repeat(200_000) })));
    const { page, misdeeds } = opened;
    await ready(page);
    expect((await page.locator('.case-view').textContent())?.length).toBeLessThan(20_000);
    await page
      .getByRole('button', { name: /^show all 20,\d+ characters$/ })
      .first()
      .click();
    expect(await page.locator('.case-view').textContent()).toMatch(/… \(98\d,\d+ more characters left out; verdict\.json has them\)/);
    expect(misdeeds).toEqual([]);
  });

  test('ten thousand trials fit and open at once', { tags: ['slow'] }, async () => {
    const page10k = html.render(largeComparison(500, 20));
    const size = byteLength(page10k);
    expect(size).toBeLessThanOrEqual(5_000_000);
    await using opened = await browser.open(page10k, { at: '#view=cases' });
    const { page, misdeeds } = opened;
    await ready(page);
    const usable = await page.evaluate(() => performance.now());
    await page.locator('label', { hasText: 'All' }).click();
    expect(await page.locator('.case-row').count()).toBeLessThan(60);
    await page.locator('.rows').evaluate((rows) => rows.scrollTo(0, rows.scrollHeight));
    await page.locator('.case-row', { hasText: 'case-0500' }).click();
    expect(await selectedCase(page)).toBe('case-0500');
    await page.waitForSelector('#steps');
    const started = performance.now();
    await page.keyboard.press('2');
    await page.locator('#matrix').waitFor();
    console.log(
      `10,000 trials: ${(size / 1e6).toFixed(2)} MB, usable after ${Math.round(usable)} ms, matrix after ${Math.round(performance.now() - started)} ms`,
    );
    expect(misdeeds).toEqual([]);
  });

  test("the JUnit report is well-formed to a browser's XML parser, whatever a model writes", async () => {
    await using opened = await browser.open('<!doctype html><title>empty</title>');
    const xml = junit.render(exampleVerdict({ aside: hostileText, title: hostileText }));
    const parsed = await opened.page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'application/xml');
      return {
        fault: document.querySelector('parsererror')?.textContent,
        name: document.querySelectorAll('testcase')[1]?.getAttribute('name'),
      };
    }, xml);
    expect(parsed.fault).toBeUndefined();
    expect(parsed.name).toContain('</script><script>window.hostile = 1</script>');
  });
});

/** What axe finds, by all rules or some. Its builder sends the program each time, which takes longer than the search, so it does that once a page. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  type Found = { readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[] };
  type WithAxe = typeof globalThis & { readonly axe?: { run(context: unknown, options: unknown): Promise<Found> } };
  const ready = await page.evaluate(() => (globalThis as WithAxe).axe !== undefined);
  if (!ready) await new AxeBuilder({ page }).setLegacyMode(true).include('title').withRules('document-title').analyze();
  return page.evaluate(async (runOnly) => {
    const options = { resultTypes: ['violations'], ...(runOnly ? { runOnly } : {}) };
    const found = await (globalThis as WithAxe).axe?.run(document, options);
    return found ? found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`) : ['axe did not run'];
  }, rules);
}
