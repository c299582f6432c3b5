/** Below this depth values are small enough to be one text each. */
const deepestSplit = 6;

/**
 * The text that `JSON.stringify(value, null, spaces)` would give, in pieces: a whole report may be longer than any text can be. The value holds
 * JSON; members that are undefined are left out.
 */
export function* jsonPieces(value: unknown, spaces: number, depth = 0): Generator<string> {
  if (depth === deepestSplit || typeof value !== 'object' || value === null) {
    yield (JSON.stringify(value, null, spaces) ?? 'null').replaceAll('\n', `\n${' '.repeat(spaces * depth)}`);
    return;
  }
  const isList = Array.isArray(value);
  const members: (readonly [string | undefined, unknown])[] = isList
    ? value.map((member) => [undefined, member])
    : Object.entries(value).filter(([, member]) => member !== undefined);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) {
    yield `${open}${close}`;
    return;
  }
  const line = spaces === 0 ? '' : `\n${' '.repeat(spaces * (depth + 1))}`;
  for (const [index, [name, member]] of members.entries()) {
    const before = `${index === 0 ? open : ','}${line}`;
    yield name === undefined ? before : `${before}${JSON.stringify(name)}:${spaces === 0 ? '' : ' '}`;
    yield* jsonPieces(member, spaces, depth + 1);
  }
  yield `${spaces === 0 ? '' : `\n${' '.repeat(spaces * depth)}`}${close}`;
}
