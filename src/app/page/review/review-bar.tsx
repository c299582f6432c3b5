import { useState } from 'preact/hooks';
import { Name } from '../../../reporters/page/foreign.tsx';
import type { DraftList } from '../../api/list-drafts.ts';
import type { ReviewUndone } from '../../api/undo-review.ts';
import { Refusal, tell } from '../ask.ts';
import { RefusalNote } from '../refusal-note.tsx';

/** Where a person is, and the last answer, which can be taken back. */
export function ReviewBar({
  list,
  at,
  onUndone,
}: {
  readonly list: Pick<DraftList, 'reviewer' | 'why' | 'last'>;
  readonly at: 'drafts' | 'labels';
  readonly onUndone: (undone: ReviewUndone) => void;
}) {
  const { undo, refusal, isBusy } = useUndo(list.last, onUndone);
  const { last, reviewer } = list;
  return (
    <>
      <div class="review-bar">
        <nav aria-label="Review">
          <a href="/review" aria-current={at === 'drafts' ? 'page' : undefined}>
            Drafts
          </a>
          <a href="/review/labels" aria-current={at === 'labels' ? 'page' : undefined}>
            Labels in question
          </a>
        </nav>
        <p class="soft">
          {reviewer === null ? (
            'Reading only'
          ) : (
            <>
              You are{' '}
              <b>
                <Name text={reviewer} />
              </b>
            </>
          )}
        </p>
        {last && reviewer !== null && (
          <button
            type="button"
            disabled={isBusy}
            onClick={undo}
            title={`Your last answer: ${answerWords[last.answer] ?? last.answer}, ${last.about}`}
          >
            Take back the last answer <kbd>u</kbd>
          </button>
        )}
      </div>
      {list.why !== null && <p class="note">{list.why}</p>}
      {refusal && <RefusalNote refusal={refusal} />}
    </>
  );
}

export const answerWords: Readonly<Record<string, string>> = {
  approve: 'approved',
  correct: 'corrected',
  dispute: 'disputed',
  discard: 'discarded',
  'open-dispute': 'dispute opened',
  settle: 'settled',
};

/** Takes the last answer back, once at a time. */
export function useUndo(last: DraftList['last'], onUndone: (undone: ReviewUndone) => void) {
  const [refusal, setRefusal] = useState<Refusal>();
  const [isBusy, setBusy] = useState(false);
  const undo = () => {
    if (!last || isBusy) return;
    setBusy(true);
    setRefusal(undefined);
    tell<ReviewUndone>('/reviews/undo', { id: last.id })
      .then(onUndone, (error: unknown) => setRefusal(error instanceof Refusal ? error : new Refusal(0, String(error))))
      .finally(() => setBusy(false));
  };
  return { undo, refusal, isBusy };
}
