type Range = readonly [from: number, to: number];

/**
 * Written from the files of Unicode 16 (DerivedCoreProperties.txt, UnicodeData.txt, PropList.txt), by hand: what tests compare the table
 * in `hostile-text.ts` with, which asks the engine's own Unicode data.
 */
const ranges: readonly Range[] = [
  // Cc: C0 but tab and line feed, DEL, C1.
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  // Default_Ignorable_Code_Point: soft hyphen, fillers, selectors, direction, joiners, invisible operators, byte order mark, tags, reserved.
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfff8],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
  // Cf besides: number signs and the like of Arabic, Syriac and Kaithi, annotations, joiners of hieroglyphs.
  [0x600, 0x605],
  [0x6dd, 0x6dd],
  [0x70f, 0x70f],
  [0x890, 0x891],
  [0x8e2, 0x8e2],
  [0xfff9, 0xfffb],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  [0x13430, 0x1343f],
  // Line and paragraph separators, halves of characters.
  [0x2028, 0x2029],
  [0xd800, 0xdfff],
  // Noncharacters.
  [0xfdd0, 0xfdef],
  ...Array.from({ length: 17 }, (_, plane): Range => [plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff]),
];

/** True where a character must not reach a reader as it is, when it stands between two Latin letters. */
export function isUnwanted(codePoint: number): boolean {
  return ranges.some(([from, to]) => codePoint >= from && codePoint <= to);
}

/** Every code point within three of an end of a range, and some of the middle of each. */
export function telling(): number[] {
  const near = ranges.flatMap(([from, to]) => [
    ...[-3, -2, -1, 0, 1, 2, 3].flatMap((step) => [from + step, to + step]),
    ...[0.2, 0.4, 0.6, 0.8].map((share) => Math.floor(from + (to - from) * share)),
  ]);
  return [...new Set(near)].filter((point) => point >= 0 && point <= 0x10ffff).sort((one, other) => one - other);
}

/** How a character is written out: its UTF-16 units as JSON writes them. */
export function writtenOut(codePoint: number): string {
  const units = codePoint > 0xffff ? [0xd800 + ((codePoint - 0x10000) >> 10), 0xdc00 + ((codePoint - 0x10000) & 0x3ff)] : [codePoint];
  return units.map((unit) => `\\u${(unit + 0x10000).toString(16).slice(1)}`).join('');
}

/** Spellings that need a joiner or a selector, in scripts that people write and in pictures. */
export const spellings = {
  Persian: 'می\u200cخواهم وام‌ها',
  Urdu: 'آئینہ\u200cدار',
  Hindi: 'क्\u200dष और क्\u200cष',
  Bengali: 'র\u200d্যাম',
  Malayalam: 'അവന്\u200d',
  Sinhala: 'ශ්\u200dරී',
  family: '👩\u200d👩\u200d👧\u200d👦',
  'darker astronaut': '👩🏽\u200d🚀',
  'rainbow flag': '🏳\ufe0f\u200d🌈',
  heart: '❤\ufe0f and ❤\ufe0e',
  key: 'press 1\ufe0f\u20e3',
} as const;

/** The same joiners and selectors where nothing is spelled with them. */
export const smuggled: readonly (readonly [text: string, visible: string, plain: string])[] = [
  ['app\u200droved', 'app\\u200droved', 'approved'],
  ['app\u200croved', 'app\\u200croved', 'approved'],
  ['4111\u200d1111', '4111\\u200d1111', '41111111'],
  ['می\u200c\u200c\u200dخ', 'می\u200c\\u200c\\u200dخ', 'می\u200cخ'],
  ['👩\u200c👧', '👩\\u200c👧', '👩👧'],
  ['👩\u200d rest', '👩\\u200d rest', '👩 rest'],
  ['\u200d👩', '\\u200d👩', '👩'],
  ['1\ufe0f2', '1\\ufe0f2', '12'],
  ['❤\ufe0f\ufe0f\ufe01', '❤\ufe0f\\ufe0f\\ufe01', '❤\ufe0f'],
  ['葛\u{e0100}', '葛\\udb40\\udd00', '葛'],
  ['🏴\u{e0067}\u{e007f}', '🏴\\udb40\\udc67\\udb40\\udc7f', '🏴'],
];
