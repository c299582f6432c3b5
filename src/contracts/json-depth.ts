/** JSON that nests deeper is not walked: whoever reads, compares or prints a value must not run out of stack. */
export const deepestJson = 128;

/** Where a JSON text first nests deeper than that; undefined when it does not. */
export function tooDeepAt(json: string): number | undefined {
  // Too short for so many brackets.
  if (json.length <= deepestJson) return undefined;
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charCodeAt(at);
    if (inText) {
      if (character === 0x5c) at += 1;
      else if (character === 0x22) inText = false;
    } else if (character === 0x22) inText = true;
    else if (character === 0x5b || character === 0x7b) {
      depth += 1;
      if (depth > deepestJson) return at;
    } else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
  return undefined;
}
