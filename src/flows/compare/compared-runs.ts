import { DocketError } from '../../contracts/docket-error.ts';
import type { ReportedTrial } from '../../contracts/reported-case.ts';
import type { Transcript } from '../../contracts/transcript.ts';
import type { TrialKey } from '../../contracts/trial.ts';
import { cutTexts } from '../../text/cut-text.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import type { Shelf } from '../shelf.ts';
import { ShelvedTrials } from '../shelved-trials.ts';

type Light = Omit<ReportedTrial, 'transcript'>;

/** Runs of one version on one case: what is short stands on a shelf, and a transcript in the trial store, from which it is read when it is shown. */
export class ComparedRuns {
  readonly #store: Pick<TrialStore, 'find'>;
  readonly #shelved: ShelvedTrials<Light>;
  #key: TrialKey | undefined;

  constructor(store: Pick<TrialStore, 'find'>, shelf: Shelf) {
    this.#store = store;
    this.#shelved = new ShelvedTrials(shelf);
  }

  add(key: TrialKey, { transcript: _, ...reported }: ReportedTrial): void {
    this.#key ??= key;
    this.#shelved.add(reported, undefined);
  }

  /** Puts them in the order of their numbers. */
  sort(): void {
    this.#shelved.sort();
  }

  *reported(): Generator<ReportedTrial> {
    for (const reported of this.#shelved.results()) yield this.#whole(reported);
  }

  #whole(light: Light): ReportedTrial {
    const read = () => this.#transcriptOf(light.number);
    return {
      ...light,
      get transcript() {
        return read();
      },
    };
  }

  #transcriptOf(number: number): Transcript {
    const trial = this.#key && this.#store.find({ ...this.#key, number });
    if (!trial)
      throw new DocketError(
        `Trial ${number} of series "${this.#key?.series}" was in the store and is gone, so the report would lack it. Run the same command again.`,
      );
    return cutTexts(trial.transcript);
  }
}
