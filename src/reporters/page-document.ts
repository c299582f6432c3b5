import { createHash } from 'node:crypto';
import { clipText } from '../text/clip-text.ts';
import { visibleLine, visibleText } from '../text/hostile-text.ts';
import { pageScript, pageStyle } from './page/bundle.generated.ts';

/** Longest text of the index, in UTF-16 units. */
const longestText = 4000;

/** What a page is made of. */
export interface PageContents {
  readonly title: string;
  /** What stands there until the script has drawn the page, or where it may not. */
  readonly heading: string;
  readonly sentence: string;
  /** What the page is about (`PageData`), as JSON in pieces. */
  readonly data: Iterable<string>;
  /** Compressed details, which the script reads when they are asked for. */
  readonly chunks: readonly Uint8Array[];
}

/**
 * One self-contained page. It may load nothing: its content security policy allows its own script and style by their hashes and nothing
 * else. The data is inert text that only the script reads.
 */
export function* pageDocument({ title, heading, sentence, data, chunks }: PageContents): Generator<string> {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(pageScript)}'`,
    `style-src '${hashOf(pageStyle)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  yield [
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
    '<script type="application/json" id="index">',
  ].join('\n');
  for (const piece of data) yield inertJson(piece);
  yield '</script>\n';
  for (const [number, chunk] of chunks.entries())
    yield `<script type="text/plain" id="chunk-${number}">${Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('base64')}</script>\n`;
  yield `<script>${pageScript}</script>\n</body>\n</html>\n`;
}

/** What stands in an index, as JSON. */
export function indexText(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'string' ? clipText(part, longestText) : part));
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** JSON in which no text can end the element that holds it. */
function inertJson(text: string): string {
  // Written out in JSON, the characters that visibleText replaces are the same characters.
  return visibleText(text).replaceAll('<', '\\u003c');
}

function escapeHtml(text: string): string {
  return visibleLine(clipText(text, 2000)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
