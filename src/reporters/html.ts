import { createHash } from 'node:crypto';
import { isCompared } from '../contracts/verdict.ts';
import { clipText } from '../text/clip-text.ts';
import { visibleLine, visibleText } from '../text/hostile-text.ts';
import { pageScript, pageStyle } from './page/bundle.generated.ts';
import { packPage } from './page-pack.ts';
import type { Reporter } from './reporter.ts';
import { headlineOf, sentenceOf } from './words.ts';

/** Most bytes of details, which leaves room for index and program in a page of 5 MB. */
const detailLimit = 3_500_000;

/** Longest text of the index, in UTF-16 units. */
const longestText = 4000;

/**
 * One self-contained page. It may load nothing: its content security policy allows its own script and style by their hashes and nothing
 * else. The data is inert text that only the script reads.
 */
export const html: Reporter = {
  name: 'html',
  file: 'report.html',
  render(report) {
    const { index, chunks } = packPage(report, detailLimit);
    const { name } = headlineOf(report);
    const title = `${name}${'agent' in report ? ` · ${report.agent}` : ''} · Docket`;
    const policy = [
      "default-src 'none'",
      `script-src '${hashOf(pageScript)}'`,
      `style-src '${hashOf(pageStyle)}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; ');
    return [
      '<!doctype html>',
      '<html lang="en">',
      '<head>',
      '<meta charset="utf-8">',
      `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      '<meta name="color-scheme" content="light dark">',
      '<meta name="referrer" content="no-referrer">',
      `<title>${escapeHtml(title)}</title>`,
      `<style>${pageStyle}</style>`,
      '</head>',
      '<body>',
      `<div id="page"><main class="plain"><h1>${escapeHtml(name)}</h1><p>${escapeHtml(sentenceOf(report, isCompared(report) ? report.cases : []))}</p><noscript><p>The cases are shown by a script, which is switched off here.</p></noscript></main></div>`,
      `<script type="application/json" id="index">${inertJson(index)}</script>`,
      ...chunks.map((chunk, number) => `<script type="text/plain" id="chunk-${number}">${chunk}</script>`),
      `<script>${pageScript}</script>`,
      '</body>',
      '</html>',
      '',
    ].join('\n');
  },
};

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** JSON in which no text can end the element that holds it. */
function inertJson(value: unknown): string {
  const text = JSON.stringify(value, (_, part) => (typeof part === 'string' ? clipText(part, longestText) : part));
  // Written out in JSON, the characters that visibleText replaces are the same characters.
  return visibleText(text).replaceAll('<', '\\u003c');
}

function escapeHtml(text: string): string {
  return visibleLine(clipText(text, 2000)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
