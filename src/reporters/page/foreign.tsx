import { useState } from 'preact/hooks';
import { count } from '../../text/figures.ts';
import { visibleText } from '../../text/hostile-text.ts';

/** Longest text that is shown without asking, in characters. */
const folded = 900;

/** Text of a model, a tool or a case: shown as it is, obeyed in nothing, and kept from turning the direction of its surroundings. */
export function Foreign({ text }: { readonly text: string }) {
  const [open, setOpen] = useState(false);
  if (text.length <= folded || open) return <bdi class="foreign">{visibleText(text)}</bdi>;
  return (
    <>
      <bdi class="foreign">{visibleText(text.slice(0, folded))}…</bdi>{' '}
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
