import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Longer than the busiest machine takes for anything. */
const patienceMs = 120_000;
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Why the browser tests cannot run here; undefined when they can. In CI they never step aside. */
export const missingBrowser =
  existsSync(executablePath) || process.env.CI === 'true' ? undefined : `there is no Chromium at ${executablePath}; set CHROMIUM_PATH`;

/** A page that is open in Chromium, with everything it did besides showing itself. */
export interface OpenReport extends AsyncDisposable {
  readonly page: Page;
  /** Requests other than the page itself, console errors, exceptions and breaches of the content security policy: none is allowed. */
  readonly misdeeds: readonly string[];
}

export interface ReportBrowser extends AsyncDisposable {
  /** Opens a page by its address. */
  visit(address: string, options?: BrowserContextOptions): Promise<OpenReport>;
  /** Opens the HTML as a file, at a place given as `#…`. */
  open(html: string, options?: BrowserContextOptions & { readonly at?: string }): Promise<OpenReport>;
}

/** Starts Chromium without a window and without services of its own. */
export async function startReportBrowser(): Promise<ReportBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'report-page-'));
  const browser = await chromium.launch({
    executablePath,
    timeout: patienceMs,
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  let files = 0;
  const visit: ReportBrowser['visit'] = async (address, options) => {
    const own = address.startsWith('file:') ? address.replace(/#.*/, '') : new URL(address).origin;
    const misdeeds: string[] = [];
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    page.on('request', (request) => {
      if (!request.url().startsWith(own) && !request.url().startsWith('data:')) misdeeds.push(`request ${request.url()}`);
    });
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) misdeeds.push(`console ${message.text()}`);
    });
    page.on('pageerror', (error) => misdeeds.push(`exception ${error.message}`));
    page.on('dialog', (dialog) => {
      misdeeds.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(address);
    return { page, misdeeds, [Symbol.asyncDispose]: () => context.close() };
  };
  return {
    visit,
    open(html, { at = '', ...options } = {}) {
      const file = join(folder, `report-${files++}.html`);
      writeFileSync(file, html);
      return visit(`${pathToFileURL(file).href}${at}`, options);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}
