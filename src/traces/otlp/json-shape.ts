/** What JSON text would take to parse, found without parsing it. */
export interface JsonShape {
  /** Objects, lists, members and entries, those of texts not counted. */
  readonly parts: number;
  /** Objects and lists, also those in texts: what parses the texts later has the same memory. */
  readonly brackets: number;
  /** How far it nests. */
  readonly depth: number;
}

const codes = { quote: 0x22, backslash: 0x5c, comma: 0x2c, colon: 0x3a, open: [0x7b, 0x5b], close: [0x7d, 0x5d] } as const;

/** Looks through the bytes of JSON text once. Of text that is no JSON it says something, too. */
export function jsonShape(body: Uint8Array): JsonShape {
  let parts = 0;
  let brackets = 0;
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === codes.open[0] || byte === codes.open[1]) {
      brackets += 1;
      if (inText) continue;
      parts += 1;
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (inText) {
      if (byte === codes.backslash) at += 1;
      else if (byte === codes.quote) inText = false;
    } else if (byte === codes.quote) inText = true;
    else if (byte === codes.comma || byte === codes.colon) parts += 1;
    else if (byte === codes.close[0] || byte === codes.close[1]) depth -= 1;
  }
  return { parts, brackets, depth: deepest };
}
