import { useEffect, useRef } from 'preact/hooks';
import { Foreign, Name } from '../../../reporters/page/foreign.tsx';
import { useKeys } from '../../../reporters/page/keyboard.ts';
import { counted } from '../../../text/figures.ts';
import type { DraftAnswered } from '../../api/answer-draft.ts';
import type { DraftList } from '../../api/list-drafts.ts';
import type { ReviewUndone } from '../../api/undo-review.ts';
import { useAnswer } from '../ask.ts';
import { goToPlace } from '../place.ts';
import { FieldList } from './field-list.tsx';
import { skippedDrafts } from './kept-typing.ts';
import { ReviewBar, useUndo } from './review-bar.tsx';

const results: Readonly<Record<DraftAnswered['result'], string>> = {
  case: 'Saved as a case',
  disputed: 'Saved as a disputed case, which does not count until somebody settles it',
  waits: 'Saved. The case is critical and waits for a second reviewer, who is not shown your answer',
  discarded: 'Discarded',
};

/** What became of a draft and, now that there is a label, what production decided. */
export function AnsweredView({
  id,
  answered: { result, file, production, left },
  onUndone,
}: {
  readonly id: string;
  readonly answered: DraftAnswered;
  readonly onUndone: (undone: ReviewUndone) => void;
}) {
  const list = useAnswer<DraftList>('/drafts');
  const known = list.state === 'answered' ? list.answer : undefined;
  const { undo } = useUndo(known?.last ?? null, onUndone);
  const next = known?.drafts.find((draft) => draft.id !== id && !skippedDrafts().includes(draft.id));
  const goOn = () => goToPlace(next ? `/review/${next.id}` : '/review');
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    head.current?.focus();
  }, []);
  useKeys((key) => {
    if (key === 'n') goOn();
    else if (key === 'u' && known?.last) undo();
    else return false;
    return true;
  });
  return (
    <main class="app-main review">
      {known && <ReviewBar list={known} at="drafts" onUndone={onUndone} />}
      <h1 ref={head} tabIndex={-1}>
        ✓ {results[result]}
      </h1>
      <p class="soft">
        <code>
          <Name text={file} />
        </code>
      </p>
      {production && (
        <div class="sheet">
          <section class="panel" aria-labelledby="production">
            <h2 id="production">What production decided</h2>
            {production.text === null ? (
              <FieldList fields={production.decision} />
            ) : (
              <p>
                <Foreign text={production.text} />
              </p>
            )}
          </section>
          <section class="panel" aria-labelledby="findings">
            <h2 id="findings">What the scorers say of it</h2>
            {production.findings.length === 0 ? (
              <p class="soft">They found nothing wrong.</p>
            ) : (
              <ul class="findings">
                {production.findings.map(({ about, messages }) => (
                  <li key={about ?? ''}>
                    {about !== null && (
                      <b>
                        <Name text={about} />
                      </b>
                    )}
                    {messages.map((message) => (
                      <p key={message}>
                        <Foreign text={message} />
                      </p>
                    ))}
                  </li>
                ))}
              </ul>
            )}
          </section>
        </div>
      )}
      <p class="send">
        <button type="button" class="primary" onClick={goOn}>
          {next ? 'Next draft' : 'To the queue'} <kbd>n</kbd>
        </button>
        <span class="soft">{left === 0 ? 'No draft is left for you.' : `${counted(left, 'draft')} left.`}</span>
      </p>
    </main>
  );
}
