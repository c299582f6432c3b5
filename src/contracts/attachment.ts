import { createHash } from 'node:crypto';

/** How the kinds of files begin that a model can be shown. */
const beginnings: readonly (readonly [mediaType: MediaType, begins: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
  ['application/pdf', /^%PDF-/],
];

export const mediaTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf'] as const;
export type MediaType = (typeof mediaTypes)[number];

/** An image or a document, as an input holds it: a data URL. */
export interface Attached {
  readonly mediaType: MediaType;
  /** The bytes in base64. */
  readonly data: string;
}

const dataUrl = /^data:([a-z]+\/[a-z]+);base64,([A-Za-z0-9+/]*={0,2})$/;

/** The image or document that a text is; undefined for any other text. */
export function attachedIn(text: string): Attached | undefined {
  // Looked at first, because most texts are something else.
  if (!text.startsWith('data:')) return undefined;
  const [, mediaType = '', data = ''] = dataUrl.exec(text) ?? [];
  return data !== '' && isMediaType(mediaType) ? { mediaType, data } : undefined;
}

/** A file as a data URL; undefined for one that is no image and no PDF document, whatever its name says. */
export function dataUrlOf(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 16).toString('latin1');
  const [mediaType] = beginnings.find(([, begins]) => begins.test(start)) ?? [];
  return mediaType && `data:${mediaType};base64,${bytes.toString('base64')}`;
}

/** What stands for an image or a document where people read, and in transcripts: `[image/png, 812 kB, SHA-256 1a2b3c4d5e6f]`. */
export function attachedText({ mediaType, data }: Attached): string {
  const bytes = Buffer.from(data, 'base64');
  const size = bytes.length < 1000 ? `${bytes.length} B` : `${Math.round(bytes.length / 1000)} kB`;
  return `[${mediaType}, ${size}, SHA-256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}]`;
}

/** A value with every image and document as `attachedText` has it; the same value where there is none. */
export function withoutAttached<Value>(value: Value): Value {
  return shown(value) as Value;
}

function shown(value: unknown): unknown {
  if (typeof value === 'string') {
    const attached = attachedIn(value);
    return attached ? attachedText(attached) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const members = entries.map(([name, member]): [string, unknown] => [name, shown(member)]);
  if (members.every(([, member], index) => member === entries[index]?.[1])) return value;
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

function isMediaType(text: string): text is MediaType {
  return (mediaTypes as readonly string[]).includes(text);
}
