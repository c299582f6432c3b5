import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { html } from '../html.ts';
import { exampleVerdict, largeComparison } from './example-report.ts';

writeFileSync('/tmp/shots/example.html', html.render(exampleVerdict()));
const t0 = performance.now();
const big = html.render(largeComparison(500, 20));
console.log('10k trials', big.length, Math.round(performance.now() - t0), 'ms');
writeFileSync('/tmp/shots/big.html', big);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--headless', '--disable-gpu'] });
const shots = [
  ['light', { viewport: { width: 1360, height: 900 }, colorScheme: 'light' }, ''],
  ['dark', { viewport: { width: 1360, height: 900 }, colorScheme: 'dark' }, ''],
  ['narrow', { viewport: { width: 320, height: 800 }, colorScheme: 'light' }, ''],
  ['matrix', { viewport: { width: 1360, height: 900 }, colorScheme: 'light' }, '#view=matrix'],
  ['consistency', { viewport: { width: 1360, height: 900 }, colorScheme: 'light' }, '#view=consistency'],
  ['cost', { viewport: { width: 1360, height: 900 }, colorScheme: 'dark' }, '#view=cost'],
  ['trend', { viewport: { width: 1360, height: 900 }, colorScheme: 'light' }, '#view=trend'],
  ['forced', { viewport: { width: 1360, height: 900 }, forcedColors: 'active' }, ''],
] as const;
for (const [name, options, hash] of shots) {
  if (process.argv[2] && !process.argv[2].split(',').includes(name)) continue;
  const page = await (await browser.newContext(options as never)).newPage();
  page.on('console', (m) => console.log(name, m.type(), m.text()));
  page.on('pageerror', (m) => console.log(name, 'ERR', m.message));
  await page.goto(`file:///tmp/shots/example.html${hash}`);
  await page.waitForTimeout(200);
  console.log(name, 'overflow', await page.evaluate(() => document.documentElement.scrollWidth - innerWidth));
  await page.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: true });
  await page.close();
}
{
  const page = await (await browser.newContext({ viewport: { width: 1360, height: 900 } })).newPage();
  page.on('pageerror', (m) => console.log('big ERR', m.message));
  const t = performance.now();
  await page.goto('file:///tmp/shots/big.html');
  await page.waitForSelector('table.steps');
  console.log('big usable', Math.round(performance.now() - t), 'ms');
  await page.screenshot({ path: `/tmp/shots/big.png` });
}
await browser.close();
