/** Below this depth values are small enough to be one text each: in a report that is a trial, however many there are. */
const deepestSplit = 5;

/**
 * The text that `JSON.stringify(value, null, spaces)` would give, in pieces: a whole report may be longer than any text can be. The value holds
 * JSON; members that are undefined are left out.
 */
export function* jsonPieces(value: unknown, spaces: number, depth = 0): Generator<string> {
  if (depth === deepestSplit || typeof value !== 'object' || value === null) {
    const text = JSON.stringify(value, null, spaces) ?? 'null';
    yield spaces === 0 ? text : text.replaceAll('\n', `\n${' '.repeat(spaces * depth)}`);
    return;
  }
  const isList = Array.isArray(value);
  const line = spaces === 0 ? '' : `\n${' '.repeat(spaces * (depth + 1))}`;
  let before = isList ? '[' : '{';
  for (const [name, member] of isList ? value.entries() : Object.entries(value)) {
    if (!isList && member === undefined) continue;
    yield isList ? `${before}${line}` : `${before}${line}${JSON.stringify(name)}:${spaces === 0 ? '' : ' '}`;
    yield* jsonPieces(member, spaces, depth + 1);
    before = ',';
  }
  const [empty, close] = isList ? ['[', ']'] : ['{', '}'];
  yield before === empty ? `${empty}${close}` : `${spaces === 0 ? '' : `\n${' '.repeat(spaces * depth)}`}${close}`;
}
