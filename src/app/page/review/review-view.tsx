import { useState } from 'preact/hooks';
import { Foreign, Name } from '../../../reporters/page/foreign.tsx';
import { useKeys } from '../../../reporters/page/keyboard.ts';
import { counted } from '../../../text/figures.ts';
import type { DraftList } from '../../api/list-drafts.ts';
import { useAnswer } from '../ask.ts';
import { goToPlace } from '../place.ts';
import { WaitingView } from '../waiting-view.tsx';
import { DraftView } from './draft-view.tsx';
import { setSkipped, skippedDrafts } from './kept-typing.ts';
import { LabelsView } from './labels-view.tsx';
import { ReviewBar, useUndo } from './review-bar.tsx';

/** The queue of drafts, one draft of it, or the labels that are in question. */
export function ReviewView({ below }: { readonly below: string }) {
  // Read anew by being drawn anew.
  const [turn, setTurn] = useState(0);
  const key = `${below} ${turn}`;
  const again = () => setTurn((before) => before + 1);
  if (below === 'labels') return <LabelsView key={key} onChange={again} />;
  return below === '' ? <Queue key={key} onChange={again} /> : <DraftView key={key} id={below} onChange={again} />;
}

function Queue({ onChange }: { readonly onChange: () => void }) {
  const asked = useAnswer<DraftList>('/drafts');
  if (asked.state !== 'answered') return <WaitingView title="Review" asked={asked} />;
  return <QueueList list={asked.answer} onChange={onChange} />;
}

function QueueList({ list, onChange }: { readonly list: DraftList; readonly onChange: () => void }) {
  const [skipped, skip] = useState(skippedDrafts);
  const open = list.drafts.filter(({ id }) => !skipped.includes(id));
  const later = list.drafts.length - open.length;
  const undone = ({ draft }: { readonly draft: string | null }) => (draft === null ? onChange() : goToPlace(`/review/${draft}`));
  const { undo } = useUndo(list.last, undone);
  const begin = () => open[0] && goToPlace(`/review/${open[0].id}`);
  useKeys((key) => {
    if (key === 'n' && open.length > 0) begin();
    else if (key === 'u' && list.last && list.reviewer !== null) undo();
    else return false;
    return true;
  });
  return (
    <main class="app-main review">
      <h1>Review</h1>
      <ReviewBar list={list} at="drafts" onUndone={undone} />
      {open.length === 0 && list.faulty.length > 0 && later === 0 ? null : open.length === 0 ? (
        <p class="empty">
          {later > 0
            ? `No other draft waits for you; ${counted(later, 'draft')} you left for later.`
            : 'No draft waits for you. Drafts come from traces (docket cases draft), from suites and from tests of the tests.'}
        </p>
      ) : (
        <>
          <p class="lead">
            {counted(open.length, 'draft')} from real runs {open.length === 1 ? 'waits' : 'wait'} for your judgement. Say what the right
            decision would have been; what the agent decided is shown afterwards.
          </p>
          <p>
            <button type="button" class="primary" onClick={begin}>
              Begin <kbd>n</kbd>
            </button>
          </p>
          <ol class="queue">
            {open.map((draft) => (
              <li key={draft.id}>
                <a href={`/review/${draft.id}`}>
                  <Name text={draft.what} />
                </a>
                <span class="soft">
                  {[
                    ...(draft.second ? ['you are the second reviewer'] : draft.critical ? ['critical'] : []),
                    ...(draft.missing > 0 ? [`${counted(draft.missing, 'field')} not recorded`] : []),
                    ...(draft.clusterSize > 1 ? [`stands for ${counted(draft.clusterSize, 'run')}`] : []),
                  ].join(' · ')}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
      {list.faulty.length > 0 && (
        <section class="note warn" aria-label="Files that cannot be read">
          <p>
            {counted(list.faulty.length, 'file')} among the drafts cannot be read, and cannot be reviewed until somebody mends{' '}
            {list.faulty.length === 1 ? 'it' : 'them'}:
          </p>
          <ul>
            {list.faulty.map(({ file, fault }) => (
              <li key={file}>
                <code>
                  <Name text={`drafts/${file}`} />
                </code>{' '}
                <Foreign text={fault} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {later > 0 && (
        <p>
          <button
            type="button"
            onClick={() => {
              setSkipped([]);
              skip([]);
            }}
          >
            Show the {counted(later, 'draft')} left for later
          </button>
        </p>
      )}
    </main>
  );
}
