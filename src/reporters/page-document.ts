import { createHash } from 'node:crypto';
import { clipText } from '../text/clip-text.ts';
import { visibleLine, visibleText } from '../text/hostile-text.ts';
import { pageScript, pageStyle } from './page/bundle.generated.ts';
import type { PageData } from './page/page-data.ts';

/** Longest text of the index, in UTF-16 units. */
const longestText = 4000;

/** What a page is made of. */
export interface PageContents {
  readonly title: string;
  /** What stands there until the script has drawn the page, or where it may not. */
  readonly heading: string;
  readonly sentence: string;
  readonly data: PageData;
  /** Compressed details, which the script reads when they are asked for. */
  readonly chunks: readonly string[];
}

/**
 * One self-contained page. It may load nothing: its content security policy allows its own script and style by their hashes and nothing
 * else. The data is inert text that only the script reads.
 */
export function pageDocument({ title, heading, sentence, data, chunks }: PageContents): string {
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
    `<div id="page"><main class="plain"><h1>${escapeHtml(heading)}</h1><p>${escapeHtml(sentence)}</p><noscript><p>The rest is shown by a script, which is switched off here.</p></noscript></main></div>`,
    `<script type="application/json" id="index">${inertJson(data)}</script>`,
    ...chunks.map((chunk, number) => `<script type="text/plain" id="chunk-${number}">${chunk}</script>`),
    `<script>${pageScript}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

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
