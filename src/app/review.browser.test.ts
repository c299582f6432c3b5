import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileText } from '../reporters/testing/hostile-text.ts';
import { missingBrowser, type ReportBrowser, startReportBrowser } from '../reporters/testing/report-browser.ts';
import { traceId } from '../traces/testing/raw-span.ts';
import { AppProject } from './app-project.ts';
import { serveApp } from './app-server.ts';
import { reviewProject } from './testing/review-project.ts';

if (missingBrowser) console.log(`Browser tests are skipped: ${missingBrowser}.`);

describe.skipIf(missingBrowser)('the review in the app', () => {
  let browser: ReportBrowser;
  beforeAll(async () => {
    browser = await startReportBrowser();
  });
  afterAll(() => browser?.[Symbol.asyncDispose]());

  test('a trace becomes a draft, is labelled by keys, waits for a second person, and becomes a case', {
    tags: ['slow'],
  }, async () => {
    const wrong = {
      id: 'wrong',
      title: hostileText.slice(0, 200),
      input: { weight_kg: 31, worth: 5 },
      label: { decision: { accepted: true }, source: 'human', rationale: hostileText, reviewers: [{ kind: 'human', name: hostileText }] },
      origin: { kind: 'designed' },
    };
    const hostile = { weight_kg: 2, worth: 7, note: hostileText };
    using made = await reviewProject(
      [
        {
          number: 1,
          input: { weight_kg: 30, worth: 1250.5 },
          decision: { accepted: true, fee: 60 },
          tools: [{ name: 'weigh', result: '30 kg' }],
        },
        {
          number: 2,
          input: hostile,
          decision: { accepted: true },
          userMessage: hostileText,
          tools: [{ name: hostileText, result: hostileText }],
        },
      ],
      { 'cases/wrong.json': JSON.stringify(wrong) },
    );
    made.removeDraft(1);
    const serve = (name: string) =>
      serveApp(
        new AppProject({ directory: made.directory, environment: process.env, canWrite: true, whoReviews: { kind: 'named', name } }),
        { port: 0 },
      );
    const app = await serve('Ada');
    await using opened = await browser.visit(app.url);
    const { page, misdeeds } = opened;
    const looksRight = async (at: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [1440, 768, 390]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
          const found = violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`);
          expect(found, `${at} ${colorScheme} ${width}`).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${at} ${width}`).toBeLessThanOrEqual(0);
        }
      }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the page
      expect(await page.locator('main').innerText()).not.toMatch(/[\u0007\u001B\u202E]/);
    };

    await page.goto(`${app.origin}/traces/${traceId(1)}`);
    await page.getByRole('button', { name: 'Make a case of this' }).click();
    await expect.poll(() => made.drafts()).toContain(`${made.id(1)}.json`);
    await page.getByRole('link', { name: 'Review', exact: true }).click();
    await page.getByText('2 drafts from real runs').waitFor();
    await looksRight('queue');
    await page.getByRole('link', { name: 'Weight 30 kg, Declared worth $1,250.50' }).click();
    await page.getByText('30 kg against the limit of 20 kg.').waitFor();
    expect(await page.locator('main').innerText()).not.toContain('$60');

    // By keys; a value that cannot stand is told beside its field, and a reload loses nothing.
    await page.keyboard.press('c');
    await page.getByLabel('Fee').fill('99,000');
    await page.getByText('Write plain digits: 99000').waitFor();
    expect(await page.getByLabel('Fee').getAttribute('aria-invalid')).toBe('true');
    await page.reload();
    await page.getByText('Write plain digits: 99000').waitFor();
    await page.getByLabel('Fee').fill('12');
    await page.getByText('Read as $12').waitFor();
    await page.getByLabel('Why?').fill('It leaks');
    await page.getByText('It is critical').click();
    await looksRight('correction');
    await page.keyboard.press('Control+Enter');
    await page.getByText('waits for a second reviewer').waitFor();
    await page.getByText('What production decided').waitFor();
    await page.getByText('accepted is true, expected false: a false approval').waitFor();
    await looksRight('answered');

    const other = await serve('Grace');
    await using second = await browser.visit(other.url);
    await second.page.goto(`${other.origin}/review/${made.id(1)}`);
    await second.page.getByText('Another person has given a label already').waitFor();
    expect(await second.page.locator('main').innerText()).not.toMatch(/leaks|\$12|Ada/);
    await second.page.keyboard.press('a');
    await second.page.keyboard.press('Control+Enter');
    await second.page.getByText('Saved as a disputed case').waitFor();
    expect(made.readCase(made.id(1))).toMatchObject({ label: { decision: { accepted: false, fee: 12 } }, dispute: { labels: [{}, {}] } });

    // Two people at once: the second answer is not saved, and what was typed stays.
    for (const each of [page, second.page]) {
      await each.goto(`${each === page ? app.origin : other.origin}/review/${made.id(2)}`);
      await each.getByText('What the policy says').waitFor();
    }
    await looksRight('hostile draft');
    await second.page.keyboard.press('x');
    await second.page.getByLabel('Why is it not worth a case?').fill('Nonsense');
    await page.keyboard.press('a');
    await page.getByLabel('Why is it right?').fill('Light enough');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Saved as a case').waitFor();
    await second.page.keyboard.press('Control+Enter');
    await second.page.getByText(/Ada answered this draft on .* Your answer was not saved/).waitFor();
    expect(await second.page.getByLabel('Why is it not worth a case?').inputValue()).toBe('Nonsense');
    await page.keyboard.press('u');
    await page.getByText('What should have been decided?').waitFor();
    expect(made.drafts()).toEqual([`${made.id(2)}.json`]);

    await page.getByRole('link', { name: 'Labels in question' }).click();
    await page.getByText('2 of 2 labels are in question').waitFor();
    await looksRight('labels');
    expect(made.log().map(({ reviewer, answer }) => `${reviewer} ${answer}`)).toEqual([
      'Ada correct',
      'Grace approve',
      'Ada approve',
      'Ada undo',
    ]);
    expect(misdeeds.filter((each) => !each.includes('status of 409'))).toEqual([]);
    await Promise.all([app.close(), other.close()]);
  });
});
