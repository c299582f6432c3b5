import { join } from 'node:path';
import jsTokens from 'js-tokens';

/** What a source asks for by something else than an import statement. */
export interface LiteralReferences {
  readonly modules: readonly { readonly kind: 'import' | 'require'; readonly specifier: string }[];
  /** Paths relative to the source itself; a `*` stands for what is known only at run time. */
  readonly besideIt: readonly string[];
  /** Paths that are opened as they are written: relative to the folder in which the agent runs. */
  readonly fromRoot: readonly string[];
  readonly unseen: readonly string[];
}

const readers = new Set(['readFile', 'readFileSync', 'createReadStream', 'openAsBlob', 'loadEnvFile']);

/** By these code reaches files, modules and programs without an import, however the name is written: `process.x`, `process['x']`, `{ x } = process`. */
const doors: ReadonlyMap<string, string> = new Map([
  ['getBuiltinModule', 'requests built-in modules by name'],
  ['loadEnvFile', 'takes settings from a file'],
  ['dlopen', 'loads a native library'],
  ['_linkedBinding', "reaches into Node's own modules"],
  ['_load', 'loads modules in an unusual way'],
  ['registerHooks', 'changes how modules are loaded'],
]);

/**
 * Finds `require('…')`, also of a `createRequire`, `import.meta.resolve('…')`, `new URL('…', import.meta.url)`, paths joined to
 * `import.meta.dirname` or `__dirname`, and files that are read by a name that is written down.
 */
export function literalReferences(text: string): LiteralReferences {
  const tokens = significant(text);
  const modules: { kind: 'import' | 'require'; specifier: string }[] = [];
  const besideIt: string[] = [];
  const fromRoot: string[] = [];
  const unseen: string[] = [];
  const creators = creatorNames(tokens);
  const requirers = requireNames(tokens, creators);
  const is = (index: number, ...values: readonly string[]) => values.every((value, offset) => tokens[index + offset]?.value === value);
  for (const [index, token] of tokens.entries()) {
    const door = doors.get(literal(token) ?? token.value);
    if (door !== undefined) unseen.push(door);
    if (token.type !== 'IdentifierName') continue;
    const before = tokens[index - 1]?.value;
    if (creators.has(token.value) && is(index + 1, '(')) takeCreated(index);
    else if (requirers.has(token.value) && (before !== '.' || token.value === 'require') && before !== 'function') takeRequired(index);
    else if (is(index, 'import', '.', 'meta', '.', 'resolve', '(')) takeModule('import', index + 6);
    else if (is(index, 'new', 'URL', '(')) takeUrl(index + 3);
    else if (is(index, 'import', '.', 'meta', '.', 'dirname')) takeJoined(index + 5);
    else if (token.value === '__dirname') takeJoined(index + 1);
    else if (readers.has(token.value) && is(index + 1, '(')) {
      const path = literal(tokens[index + 2]);
      if (path !== undefined && !path.includes('*')) fromRoot.push(path);
    } else if (is(index, 'process', '.', 'binding')) unseen.push("reaches into Node's own modules");
    else if (token.value === 'process' && is(index + 1, '[') && (literal(tokens[index + 2]) === undefined || !is(index + 3, ']'))) {
      unseen.push("requests a part of Node's process by a name that is known only at run time");
    } else if ((token.value === 'eval' || token.value === 'Function') && before !== '.' && is(index + 1, '(')) {
      unseen.push('runs code that is known only at run time');
    }
  }
  return { modules, besideIt, fromRoot, unseen };

  /** What `createRequire` gives is called at once, or has a name that is looked for, or cannot be followed. */
  function takeCreated(at: number) {
    const close = closing(tokens, at + 1);
    if (is(close, ')', '(')) takeModule('require', close + 2);
    else if (nameGiven(tokens, at) === undefined) unseen.push('requires modules in a way that cannot be followed');
  }

  function takeRequired(at: number) {
    if (is(at + 1, '(')) takeModule('require', at + 2);
    else if (is(at + 1, '.', 'resolve', '(')) takeModule('require', at + 4);
    else if (![':', '=', '.'].includes(tokens[at + 1]?.value ?? '')) unseen.push('passes on the function that requires modules');
  }

  function takeModule(kind: 'import' | 'require', at: number) {
    const specifier = literal(tokens[at]);
    if (specifier !== undefined && [')', ','].includes(tokens[at + 1]?.value ?? '')) modules.push({ kind, specifier });
    else unseen.push('requires a module whose name is known only at run time');
  }

  function takeUrl(at: number) {
    const close = closing(tokens, at - 1);
    const relativeToSource = tokens.slice(at, close).some((_, offset) => is(at + offset, 'import', '.', 'meta', '.', 'url'));
    if (!relativeToSource) return;
    const { path, end } = template(tokens, at);
    if (path !== undefined && is(end, ',')) besideIt.push(decoded(path));
    else unseen.push('makes the address of a file that is known only at run time');
  }

  function takeJoined(at: number) {
    const words: string[] = [];
    let next = at;
    while (is(next, ',')) {
      const { path, end } = template(tokens, next + 1);
      if (path === undefined || ![',', ')'].includes(tokens[end]?.value ?? '')) {
        words.push('*');
        break;
      }
      words.push(path);
      next = end;
    }
    if (words.length > 0) besideIt.push(join('.', ...words));
  }
}

interface SourceToken {
  readonly type: string;
  readonly value: string;
}

function significant(text: string): SourceToken[] {
  const left = new Set(['WhiteSpace', 'LineTerminatorSequence', 'MultiLineComment', 'SingleLineComment', 'HashbangComment']);
  return [...jsTokens(text)].filter(({ type }) => !left.has(type));
}

/** `createRequire`, also under another name: `import { createRequire as make }`. */
function creatorNames(tokens: readonly SourceToken[]): Set<string> {
  const names = new Set(['createRequire']);
  for (const [index, { value }] of tokens.entries()) {
    const name = tokens[index + 2];
    if (value === 'createRequire' && ['as', ':'].includes(tokens[index + 1]?.value ?? '') && name) names.add(name.value);
  }
  return names;
}

/** `require`, and every name that is given to what `createRequire` returns. */
function requireNames(tokens: readonly SourceToken[], creators: ReadonlySet<string>): Set<string> {
  const names = new Set(['require']);
  for (const [index, { value }] of tokens.entries()) {
    if (!creators.has(value) || tokens[index + 1]?.value !== '(') continue;
    const name = nameGiven(tokens, index);
    if (name !== undefined) names.add(name);
  }
  return names;
}

/** The name in `const load = createRequire(…)`, `const load = module.createRequire(…)` and `const load: NodeJS.Require = createRequire(…)`. */
function nameGiven(tokens: readonly SourceToken[], at: number): string | undefined {
  let start = at;
  while (tokens[start - 1]?.value === '.') start -= 2;
  if (tokens[start - 1]?.value !== '=') return undefined;
  for (let index = start - 2; index >= 0; index -= 1) {
    const { value } = tokens[index] as SourceToken;
    if (['const', 'let', 'var'].includes(value)) return tokens[index + 1]?.type === 'IdentifierName' ? tokens[index + 1]?.value : undefined;
    if ([';', '{', '}', '(', ')', ','].includes(value)) return undefined;
  }
  return undefined;
}

/** Index of the bracket that closes the one at `open`. */
function closing(tokens: readonly SourceToken[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const { value } = tokens[index] as SourceToken;
    if (value === '(') depth += 1;
    else if (value === ')') {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return tokens.length;
}

/** The text of a literal without anything computed in it. */
function literal(token: SourceToken | undefined): string | undefined {
  if (token?.type === 'NoSubstitutionTemplate' || token?.type === 'StringLiteral') return unescaped(token.value.slice(1, -1));
  return undefined;
}

/** A literal, or a template with `*` for what is computed, and the index of the token behind it. */
function template(tokens: readonly SourceToken[], at: number): { readonly path: string | undefined; readonly end: number } {
  const simple = literal(tokens[at]);
  if (simple !== undefined) return { path: simple, end: at + 1 };
  if (tokens[at]?.type !== 'TemplateHead') return { path: undefined, end: at };
  let path = unescaped(tokens[at].value.slice(1, -2));
  let depth = 0;
  for (let index = at + 1; index < tokens.length; index += 1) {
    const { type, value } = tokens[index] as SourceToken;
    if (type === 'TemplateHead') depth += 1;
    else if (depth > 0 && type === 'TemplateTail') depth -= 1;
    else if (depth === 0 && type === 'TemplateMiddle') path += `*${unescaped(value.slice(1, -2))}`;
    else if (depth === 0 && type === 'TemplateTail') return { path: `${path}*${unescaped(value.slice(1, -1))}`, end: index + 1 };
  }
  return { path: undefined, end: at };
}

/** An address may hold `%20` and a query; the file's name does not. */
function decoded(address: string): string {
  const path = address.replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gis, (_, point, four, two, one) =>
    one === undefined ? String.fromCodePoint(Number.parseInt(point ?? four ?? two, 16)) : one,
  );
}
