import type { Headline } from '../words.ts';
import { Name } from './foreign.tsx';

/** The first thing on a page: a mark, a name, and what it rests on in a sentence. */
export function HeadlineView({ headline: { mark, name, tone }, sentence }: { readonly headline: Headline; readonly sentence: string }) {
  return (
    <div class={`headline ${tone}`}>
      <span class="seal" aria-hidden="true">
        {mark}
      </span>
      <div>
        <h1 id="verdict">{name}</h1>
        <p class="reason">
          <Name text={sentence} />
        </p>
      </div>
    </div>
  );
}
