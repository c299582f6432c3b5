import { useEffect, useState } from 'preact/hooks';
import type { KeptRun, RanTrial } from '../../../contracts/kept-run.ts';
import type { OneRunEvent } from '../../api/watch-run.ts';
import { type Asked, ask, follow, Refusal } from '../ask.ts';
import { addressPart } from '../place.ts';

/** A run as it goes on. */
export interface WatchedRun {
  readonly run: KeptRun;
  /** Trials that ended, by case, the one that was tried last standing last. Grows in place: `run` is another one with each change. */
  readonly trials: ReadonlyMap<string, readonly RanTrial[]>;
}

/** One run: read at once, and followed while it goes on. */
export function useRun(id: string): Asked<WatchedRun> {
  const [asked, setAsked] = useState<Asked<WatchedRun>>({ state: 'waiting' });
  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    const path = `/runs/${addressPart(id)}`;
    let trials = new Map<string, RanTrial[]>();
    const put = (run: KeptRun) => !signal.aborted && setAsked({ state: 'answered', answer: { run, trials } });
    const watch = () =>
      follow<OneRunEvent>(`${path}/events`, {
        signal,
        // It tells all of them again.
        onStart: () => {
          trials = new Map();
        },
        onEnd: () => gone.abort(),
        onEvent(event) {
          if (event.kind === 'trials') addTrials(trials, event.trials);
          else if (event.kind === 'run') put(event.run);
          else if (!signal.aborted) setAsked({ state: 'refused', refusal: new Refusal(404, 'This run was removed while it was watched.') });
        },
      });
    ask<KeptRun>(path, signal).then(
      (run) => {
        put(run);
        // One that has ended tells its trials, too, where no report does.
        if (run.state === 'running' || !run.hasReport) void watch();
      },
      (error: unknown) => {
        if (!signal.aborted && error instanceof Refusal) setAsked({ state: 'refused', refusal: error });
      },
    );
    return () => gone.abort();
  }, [id]);
  return asked;
}

function addTrials(known: Map<string, RanTrial[]>, ended: readonly RanTrial[]): void {
  for (const trial of ended) {
    const [, caseId] = trial;
    const ofCase = known.get(caseId) ?? [];
    ofCase.push(trial);
    known.delete(caseId);
    known.set(caseId, ofCase);
  }
}
