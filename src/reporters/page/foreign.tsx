import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../../text/figures.ts';
import { visibleText } from '../../text/hostile-text.ts';

/** Longest text that is shown without asking, in characters. */
const folded = 900;

/** Text of a model, a tool or a case: shown as it is, obeyed in nothing, and kept from turning the direction of its surroundings. */
export function Foreign({ text }: { readonly text: string }) {
  return <LongText text={text}>{visibleText}</LongText>;
}

/** A foreign text, drawn in a way of its own, of which a long one is shown in part, until somebody asks for all of it. */
export function LongText({ text, children }: { readonly text: string; readonly children: (text: string) => ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  if (text.length <= folded || isOpen) return <bdi class="foreign">{children(text)}</bdi>;
  return (
    <>
      <bdi class="foreign">{children(text.slice(0, folded))}…</bdi>{' '}
      <button type="button" class="quiet" onClick={() => setOpen(true)}>
        show all {count(text.length)} characters
      </button>
    </>
  );
}

/** A short foreign text on a line. */
export function Name({ text }: { readonly text: string }) {
  return <bdi>{visibleText(text).replaceAll('\n', ' ')}</bdi>;
}
