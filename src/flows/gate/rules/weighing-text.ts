import jsTokens, { type Token } from 'js-tokens';
import { canonicalJson } from '../../../contracts/canonical-json.ts';
import type { JsonValue } from '../../../contracts/json.ts';

/**
 * What of a file can judge: code without comments and indentation, JSON without its layout, anything else as it is. Where a line ends stays in code, because it
 * can end a statement.
 */
export function weighingText(path: string, text: string): string {
  if (/\.json$/i.test(path)) return canonicalText(text);
  // What begins with `<` may be an element or a type.
  if (!/\.[cm]?[jt]s$/i.test(path)) return text;
  return codeText(text);
}

function canonicalText(text: string): string {
  try {
    return canonicalJson(JSON.parse(text) as JsonValue);
  } catch {
    return text;
  }
}

/**
 * The tokens of TypeScript or JavaScript, one blank or line end between those that had something between them. As it is where its comments cannot be told for
 * sure: `n! / "/".length + "//".length` has none, though a slash behind `!` mostly begins a regular expression.
 */
export function codeText(text: string): string {
  const tokens = [...jsTokens(text)];
  // Scripts know comments of HTML, too.
  if (/<!--|-->/.test(text) || !isCertain(tokens)) return text;
  let code = '';
  let gap = '';
  for (const { type, value } of tokens) {
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

/** A token with what stands before it. */
interface Before {
  readonly type: Token['type'];
  readonly value: string;
  /** The one before; of a closing parenthesis the one before it was opened. */
  readonly before: Before | undefined;
}

/** Where a token could be taken for another one, it is at a slash: each has to be what it was taken for, by what stands right before it. */
function isCertain(tokens: readonly Token[]): boolean {
  let last: Before | undefined;
  let sameLine = true;
  const opened: (Before | undefined)[] = [];
  for (const token of tokens) {
    const { type, value } = token;
    if ('closed' in token && !token.closed) return false;
    if (type === 'WhiteSpace' || /Comment$/.test(type) || type === 'LineTerminatorSequence') {
      if (/[\n\r\u2028\u2029]/.test(value)) sameLine = false;
      continue;
    }
    if (type === 'RegularExpressionLiteral' && !beginsExpression(last)) return false;
    if (type === 'Punctuator' && value.startsWith('/') && !(sameLine && last && endsExpression(last))) return false;
    if (value === '(') opened.push(last);
    last = { type, value, before: value === ')' ? opened.pop() : last };
    sameLine = true;
  }
  return true;
}

/** Names behind which an expression begins. */
const beginning = /^(?:return|case|typeof)$/;
/** Names behind which one may begin, or that may be a value, by what is around them. */
const eitherWay =
  /^(?:return|case|typeof|await|yield|of|in|instanceof|new|delete|void|throw|do|else|default|extends|as|satisfies|is|keyof|infer|asserts|if|for|while|with|finally|try|export|import)$/;
/** What stands in parentheses behind these is no value. */
const beforeStatement = /^(?:if|for|while|with|await)$/;

function beginsExpression(last: Before | undefined): boolean {
  if (!last) return true;
  const { type, value, before } = last;
  if (type === 'IdentifierName') return beginning.test(value) && !/^\??\.$/.test(before?.value ?? '');
  // It denies what comes, or says of what was that it is there.
  if (value === '!') return beginsExpression(before);
  return type === 'Punctuator' && !/^(?:[)\]}>.]|\?\.|\+\+|--|>>>?)$/.test(value);
}

function endsExpression({ type, value, before }: Before): boolean {
  switch (type) {
    case 'IdentifierName':
      return !eitherWay.test(value);
    case 'NumericLiteral':
    case 'StringLiteral':
    case 'NoSubstitutionTemplate':
    case 'TemplateTail':
      return true;
    case 'Punctuator':
      return value === ']' || (value === ')' && before !== undefined && !beforeStatement.test(before.value));
    default:
      return false;
  }
}
