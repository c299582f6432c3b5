import { attachedIn, attachedText } from '../contracts/attachment.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { ModelRequest } from '../model/model.ts';

type SentBlock = Exclude<ModelRequest['messages'][number]['content'], string>[number];

/** An image or a PDF document that a user message shows. Made by `attachment`. */
export type Attachment = Extract<SentBlock, { readonly type: 'image' | 'document' }>;

/** A part of a user message. */
export type UserContent = string | Attachment;

/**
 * An image or a PDF document for a user message.
 * @param dataUrl `data:image/png;base64,…`, as an input holds it: where a case names a file (`{ "$file": "photos/17.png" }`) it is that file
 * @throws {DocketError} for anything else
 */
export function attachment(dataUrl: string, { title }: { readonly title?: string } = {}): Attachment {
  const attached = attachedIn(dataUrl);
  if (!attached) {
    throw new DocketError(
      `An attachment is ${dataUrl === '' ? 'empty' : `"${dataUrl.slice(0, 40)}…"`}. Expected a data URL of an image (PNG, JPEG, GIF, WebP) or of a PDF document: data:image/png;base64,…`,
    );
  }
  const { mediaType, data } = attached;
  return mediaType === 'application/pdf'
    ? { type: 'document', source: { type: 'base64', media_type: mediaType, data }, ...(title === undefined ? {} : { title }) }
    : { type: 'image', source: { type: 'base64', media_type: mediaType, data } };
}

/** What stands for an image or document in transcripts and traces; undefined for any other block. */
export function attachmentText(block: object): string | undefined {
  const { type, source } = block as { readonly type?: unknown; readonly source?: unknown };
  if (type !== 'image' && type !== 'document') return undefined;
  const { media_type: mediaType, data } = (source ?? {}) as { readonly media_type?: unknown; readonly data?: unknown };
  const attached = typeof mediaType === 'string' && typeof data === 'string' ? attachedIn(`data:${mediaType};base64,${data}`) : undefined;
  return attached && attachedText(attached);
}

/**
 * The blocks of a user message of several parts.
 * @throws {DocketError} for a part that is neither a text nor an attachment, and for a message without any
 */
export function userBlocks(parts: readonly UserContent[]): { readonly blocks: SentBlock[]; readonly text: string } {
  const shown = parts.map((part, index) => {
    const text = typeof part === 'string' ? part : attachmentText(part);
    if (text !== undefined) return text;
    throw new DocketError(
      `Part ${index + 1} of what the user message renders is ${JSON.stringify(part)?.slice(0, 80)}. Expected a text, or an image or document made by attachment().`,
    );
  });
  return {
    // The API refuses a text without a letter.
    blocks: parts.flatMap((part): SentBlock[] =>
      typeof part !== 'string' ? [part] : part.trim() === '' ? [] : [{ type: 'text', text: part }],
    ),
    text: shown.join('\n'),
  };
}
