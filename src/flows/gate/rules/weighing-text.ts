import jsTokens from 'js-tokens';
import { canonicalJson } from '../../../contracts/canonical-json.ts';
import type { JsonValue } from '../../../contracts/json.ts';

/**
 * What of a file can judge: code without comments and indentation, JSON without its layout, anything else as it is. Where a line ends stays in code, because it
 * can end a statement.
 */
export function weighingText(path: string, text: string): string {
  if (/\.json$/i.test(path)) return canonicalText(text);
  if (!/\.[cm]?[jt]sx?$/i.test(path)) return text;
  return codeText(text, /x$/i.test(path));
}

function canonicalText(text: string): string {
  try {
    return canonicalJson(JSON.parse(text) as JsonValue);
  } catch {
    return text;
  }
}

/** The tokens of TypeScript or JavaScript, one blank or line end between those that had something between them. */
export function codeText(text: string, jsx = false): string {
  let code = '';
  let gap = '';
  for (const { type, value } of jsTokens(text, { jsx })) {
    if (type === 'WhiteSpace' || type === 'SingleLineComment') gap ||= ' ';
    else if (type === 'LineTerminatorSequence') gap = '\n';
    else if (type === 'MultiLineComment') gap = /[\n\r\u2028\u2029]/.test(value) ? '\n' : gap || ' ';
    else {
      code += (code === '' ? '' : gap) + value;
      gap = '';
    }
  }
  return code;
}
