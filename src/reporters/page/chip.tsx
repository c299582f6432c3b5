import type { ComponentChildren } from 'preact';
import type { Headline, Tone } from '../words.ts';

/** A mark and a word in the colour of their tone; the mark and the word say it without the colour. */
export function Chip({ headline: { mark, name, tone } }: { readonly headline: Headline }) {
  return (
    <span class={`chip ${tone}`}>
      <span aria-hidden="true">{mark}</span> {name}
    </span>
  );
}

/** A word in a frame. */
export function Tag({ tone = 'calm', children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`tag ${tone}`}>{children}</span>;
}
