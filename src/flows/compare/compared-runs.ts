import type { ReportedTrial } from '../../contracts/reported-case.ts';
import type { Transcript } from '../../contracts/transcript.ts';
import { cutTexts } from '../../text/cut-text.ts';
import type { Shelf, ShelfPlace } from '../shelf.ts';
import { ShelvedTrials } from '../shelved-trials.ts';
import { type LightTrial, TranscribedTrial } from '../transcribed-trial.ts';

/** Runs of one version on one case: what is short stands on one shelf, and transcripts on another, from which each is read when it is shown. */
export class ComparedRuns {
  readonly #transcripts: Shelf;
  readonly #shelved: ShelvedTrials<LightTrial, ShelfPlace>;

  constructor(shelf: Shelf, transcripts: Shelf) {
    this.#transcripts = transcripts;
    this.#shelved = new ShelvedTrials(shelf);
  }

  /** @param said what happened in it, where that is to be shown */
  add(reported: LightTrial, said: Transcript | undefined): void {
    this.#shelved.add(reported, said && this.#transcripts.put(JSON.stringify(cutTexts(said))));
  }

  get count(): number {
    return this.#shelved.count;
  }

  /** Puts them in the order of their numbers. */
  sort(): void {
    this.#shelved.sort();
  }

  *[Symbol.iterator](): Generator<ReportedTrial> {
    for (const { result, beside } of this.#shelved.both())
      yield beside === undefined ? result : TranscribedTrial.of(result, new ShelvedTranscript(this.#transcripts, beside));
  }
}

/** A transcript on its shelf. */
class ShelvedTranscript {
  readonly #shelf: Shelf;
  readonly #place: ShelfPlace;

  constructor(shelf: Shelf, place: ShelfPlace) {
    this.#shelf = shelf;
    this.#place = place;
  }

  readTranscript(): Transcript {
    return JSON.parse(this.#shelf.take(this.#place)) as Transcript;
  }
}
