import { useState } from 'preact/hooks';
import type { DraftedTrace } from '../../api/draft-trace.ts';
import { useAbout } from '../about-context.ts';
import { Refusal, tell } from '../ask.ts';
import { RefusalNote } from '../refusal-note.tsx';

type Made =
  | { readonly state: 'none' | 'waiting' }
  | { readonly state: 'made'; readonly answer: DraftedTrace }
  | { readonly state: 'refused'; readonly refusal: Refusal };

/** Makes a case of a run, or says how that is done. */
export function MakeCase({ traceId }: { readonly traceId: string }) {
  const { canWrite } = useAbout();
  const [made, setMade] = useState<Made>({ state: 'none' });
  if (!canWrite)
    return (
      <p class="soft">
        To make a case of this run: <code>docket cases draft --trace {traceId.slice(0, 12)}</code>, or start <code>docket ui --write</code>.
      </p>
    );
  const draft = async () => {
    setMade({ state: 'waiting' });
    try {
      setMade({ state: 'made', answer: await tell<DraftedTrace>(`/traces/${traceId}/draft`) });
    } catch (error) {
      setMade({ state: 'refused', refusal: error instanceof Refusal ? error : new Refusal(0, String(error)) });
    }
  };
  return (
    <div role="status">
      {made.state === 'made' ? (
        made.answer.draft === undefined ? (
          <p>A case, or a draft of one, has this input already.</p>
        ) : (
          <p>
            Drafted, and redacted: <a href="/review">review {made.answer.draft}</a>
            {made.answer.isIncomplete ? '. The run does not hold the whole input; the review asks for the rest.' : ''}
          </p>
        )
      ) : (
        <button type="button" disabled={made.state === 'waiting'} onClick={() => void draft()}>
          {made.state === 'waiting' ? 'Drafting…' : 'Make a case of this'}
        </button>
      )}
      {made.state === 'refused' && <RefusalNote refusal={made.refusal} />}
    </div>
  );
}
