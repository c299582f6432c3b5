import { useEffect, useState } from 'preact/hooks';
import type { KeptRun } from '../../../contracts/kept-run.ts';
import type { RunList } from '../../api/list-runs.ts';
import type { RunEvent } from '../../api/watch-runs.ts';
import { type Asked, ask, follow, Refusal } from '../ask.ts';

/** All runs as they are now, newest first, and how many there are that cannot be read. */
export interface KnownRuns extends Pick<RunList, 'unreadable' | 'isRemoved'> {
  readonly runs: readonly KeptRun[];
}

/** Read once, and kept up with what the server tells. */
export function useRuns(): Asked<KnownRuns> {
  const [asked, setAsked] = useState<Asked<KnownRuns>>({ state: 'waiting' });
  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    const read = async () => {
      try {
        const answer = await ask<RunList>('/runs', signal);
        if (!signal.aborted) setAsked({ state: 'answered', answer });
      } catch (error) {
        if (!signal.aborted && error instanceof Refusal) setAsked({ state: 'refused', refusal: error });
      }
    };
    void read();
    void follow<RunEvent>('/runs/events', {
      signal,
      // What came before it is not told.
      onStart: () => void read(),
      onEvent(event) {
        setAsked((known) =>
          known.state === 'answered'
            ? { state: 'answered', answer: { ...known.answer, runs: withEvent(known.answer.runs, event) } }
            : known,
        );
        // All of them may be.
        if (event.kind === 'gone') void read();
      },
    });
    return () => gone.abort();
  }, []);
  return asked;
}

function withEvent(runs: readonly KeptRun[], event: RunEvent): readonly KeptRun[] {
  const id = event.kind === 'gone' ? event.id : event.run.id;
  const others = runs.filter((run) => run.id !== id);
  if (event.kind === 'gone') return others;
  return [...others, event.run].toSorted((one, other) => (one.id < other.id ? 1 : -1));
}
