import { useState } from 'preact/hooks';
import type { CaseDetail, PageCase } from './page-data.ts';

/** Copies what a person takes elsewhere: the id, the command that shows the case again, and all that the page knows of it. */
export function CopyButtons({
  each,
  detail,
  rerun,
}: {
  readonly each: PageCase;
  readonly detail: CaseDetail | undefined;
  readonly rerun: string;
}) {
  const { chunk: _, place: __, arms, ...known } = each;
  const whole = () =>
    JSON.stringify(
      { ...known, arms: arms.map(({ trials: ___, ...counts }, column) => ({ ...counts, trials: detail?.[column] ?? [] })) },
      null,
      2,
    );
  return (
    <p class="copy">
      <CopyButton name="id" text={() => each.id} />
      <CopyButton name="rerun command" text={() => rerun} />
      {detail && <CopyButton name="JSON" text={whole} />}
    </p>
  );
}

/** Says for a moment that it is done, or that the browser did not let it. */
export function CopyButton({ name, text }: { readonly name: string; readonly text: () => string }) {
  const [said, setSaid] = useState('');
  const say = (word: string) => {
    setSaid(word);
    setTimeout(() => setSaid(''), 2000);
  };
  const copy = () =>
    copyText(text()).then(
      () => say('copied'),
      () => say('not copied'),
    );
  return (
    <button type="button" class="quiet" onClick={() => void copy()}>
      copy {name}
      <span role="status">{said === '' ? '' : ` · ${said}`}</span>
    </button>
  );
}

/** A page that is opened as a file has no clipboard of its own; a selection can be copied there. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (!done) throw new Error('the browser did not copy');
}
