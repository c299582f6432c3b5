import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileText } from '../reporters/testing/hostile-text.ts';
import { missingBrowser, type ReportBrowser, startReportBrowser } from '../reporters/testing/report-browser.ts';
import { traceId } from '../traces/testing/raw-span.ts';
import { AppProject } from './app-project.ts';
import { serveApp } from './app-server.ts';
import { tracedProject } from './testing/traced-project.ts';

if (missingBrowser) console.log(`Browser tests are skipped: ${missingBrowser}.`);

describe.skipIf(missingBrowser)('traces in the app', () => {
  let browser: ReportBrowser;
  beforeAll(async () => {
    browser = await startReportBrowser();
  });
  afterAll(() => browser?.[Symbol.asyncDispose]());

  test('a run is found by its finding, and read: the accused sentence, when what ran, and a span as it was sent', {
    tags: ['slow'],
  }, async () => {
    const finding = { code: 'wrong-fee', message: 'the reasoning says: "So it is. quite so"', field: 'reasoning' };
    using made = await tracedProject([
      ...Array.from({ length: 60 }, (_, index) => ({ number: index + 1 })),
      { number: 70, said: 'quite so', finding, session: 'chat-1' },
      { number: 80, agent: hostileText, said: hostileText, session: hostileText, model: hostileText, failed: 'A'.repeat(5000) },
    ]);
    const project = new AppProject({ directory: made.directory, environment: {}, canWrite: false });
    const app = await serveApp(project, { port: 0 });
    await using opened = await browser.visit(app.url);
    const { page, misdeeds } = opened;
    await page.getByRole('link', { name: 'Traces' }).click();
    await page.getByText('50 traces, and there may be more of 62').waitFor();
    await page.getByRole('button', { name: 'Older traces' }).click();
    await page.getByText('62 traces of 62').waitFor();
    await page.getByLabel('Finding').selectOption('wrong-fee');
    await page.getByText(/^1 trace/).waitFor();
    expect(page.url()).toContain('#finding=wrong-fee');
    await page.reload();
    await page.getByText(/^1 trace/).waitFor();
    // A link of any other page: the token that it gives is refused, and takes no place.
    const tab = await page.context().newPage();
    await tab.goto(`${app.origin}/traces#token=wrong`);
    await tab.getByText('50 traces, and there may be more of 62').waitFor();
    await tab.close();
    await page.reload();
    await page.getByText(/^1 trace/).waitFor();
    await page.locator('.trace-row').click();
    expect(await page.locator('.attributes mark').textContent()).toBe('So it is. quite so');
    expect(await page.getByText('session chat-1 with 1 trace').count()).toBe(1);
    await page.getByRole('button', { name: /weigh/ }).click();
    await page.getByText('Raw attributes').click();
    await page.getByText('gen_ai.tool.call.arguments').waitFor();
    expect(page.url()).toContain('#span=0000000000000003');
    for (const path of ['/traces', `/traces/${traceId(70)}`, `/traces/${traceId(80)}`]) {
      await page.goto(`${app.origin}${path}`);
      await page.locator('h1').waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [1440, 768, 390]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
          expect(
            violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`),
            `${path} ${colorScheme} ${width}`,
          ).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${path} ${width}`).toBeLessThanOrEqual(0);
        }
      }
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the page
    expect(await page.locator('main').innerText()).not.toMatch(/[\u0007\u001B\u202E]/);
    expect(misdeeds).toEqual([]);
    await app.close();
  });
});
