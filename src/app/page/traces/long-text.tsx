import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../../../text/figures.ts';

/** Longest text that is shown without asking, in characters. */
const folded = 900;

/** A foreign text of which a long one is shown in part, until somebody asks for all of it. */
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
