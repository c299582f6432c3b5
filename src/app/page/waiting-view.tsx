import type { Refusal } from './ask.ts';
import { RefusalNote } from './refusal-note.tsx';

export interface WaitingViewProps {
  /** What the view is called; its heading, which so stands there before there is anything to show. */
  readonly title: string;
  /** What the server was asked for, of which there is no answer yet or none at all. */
  readonly asked: { readonly state: 'waiting' } | { readonly state: 'refused'; readonly refusal: Refusal };
}

/** A view that has nothing to show yet, or that the server refused to answer. */
export function WaitingView({ title, asked }: WaitingViewProps) {
  return (
    <main class="app-main">
      <h1>{title}</h1>
      {asked.state === 'refused' ? (
        <RefusalNote refusal={asked.refusal} />
      ) : (
        <p class="soft" role="status">
          Reading…
        </p>
      )}
    </main>
  );
}
