/**
 * Makes the pictures of the README anew, from real output of the simulated underwriter: the report page of a pull request that deletes a rule
 * from its prompt, and `docket eval` at the terminal; each for light and for dark pages. Needs Chromium (`CHROMIUM_PATH`).
 *
 *     node evals/docs/pictures.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { startReportBrowser } from '../../src/reporters/testing/report-browser.ts';
import { PlantedProject } from '../bench/planted-project.ts';
import { terminalPicture, terminalThemes } from './terminal-picture.ts';
import { makeUnderwriterProject } from './underwriter-project.ts';

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const folder = join(import.meta.dirname, 'pictures');
const looks = ['light', 'dark'] as const;
/** The command that is shown, and run. */
const words = ['eval', '5', '--versions', 'v1,v2'];

mkdirSync(folder, { recursive: true });
await drawReport();
drawTerminal();

async function drawReport(): Promise<void> {
  using project = await PlantedProject.open();
  const dropRule = () => project.edit('src/underwriting/prompts/v2.md', (text) => text.replace(/^2\. .*(\n(?!\d+\.|\n).*)*\n?/m, ''));
  const verdict = JSON.parse(await project.judge('Shorter prompt', dropRule)) as { verdict: string };
  if (verdict.verdict !== 'regressed') throw new Error(`Expected a regression, the gate says ${verdict.verdict}.`);
  const page = readFileSync(join(project.directory, 'reports/report.html'), 'utf8');
  await using browser = await startReportBrowser();
  for (const colorScheme of looks) {
    await using opened = await browser.open(page, { colorScheme, viewport: { width: 1120, height: 860 }, deviceScaleFactor: 2 });
    await opened.page.waitForSelector('#steps');
    const session = await opened.page.context().newCDPSession(opened.page);
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
    writeFileSync(join(folder, `report-${colorScheme}.webp`), Buffer.from(data, 'base64'));
  }
}

function drawTerminal(): void {
  const project = makeUnderwriterProject();
  try {
    const environment = { ...process.env, FORCE_COLOR: '1', NO_COLOR: undefined, COLUMNS: '104' };
    const output = execFileSync(process.execPath, [main, ...words, '--mode', 'simulated'], {
      cwd: project,
      encoding: 'utf8',
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // The table and what follows; the faults of every case stand before it.
    const lines = output.split('\n');
    const first = lines.findIndex((line) => stripVTControlCharacters(line).startsWith(' underwriter ·'));
    if (first < 0) throw new Error(`There is no table in:\n${output}`);
    const table = lines.slice(first).join('\n');
    for (const look of looks) {
      const shown = `$ npx docket ${words.join(' ')}\n\n${table}`;
      writeFileSync(join(folder, `eval-${look}.svg`), terminalPicture('docket eval at the terminal', shown, terminalThemes[look]));
    }
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
