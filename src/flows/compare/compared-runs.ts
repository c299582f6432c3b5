import type { ReportedTrial } from '../../contracts/reported-case.ts';
import type { Transcript } from '../../contracts/transcript.ts';
import { cutTexts } from '../../text/cut-text.ts';
import type { Shelf, ShelfPlace } from '../shelf.ts';
import { ShelvedTrials } from '../shelved-trials.ts';

/** A trial without its transcript, which stands by itself: most of what is asked is short. */
type Light = Omit<ReportedTrial, 'transcript'>;

/** Runs of one version on one case: what is short stands on one shelf, and transcripts on another, from which each is read when it is shown. */
export class ComparedRuns {
  readonly #transcripts: Shelf;
  readonly #shelved: ShelvedTrials<Light, ShelfPlace>;

  constructor(shelf: Shelf, transcripts: Shelf) {
    this.#transcripts = transcripts;
    this.#shelved = new ShelvedTrials(shelf);
  }

  /** @param said what happened in it, where that is to be shown */
  add(reported: Light, said: Transcript | undefined): void {
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
      yield beside === undefined ? result : (new TranscribedTrial(result, this.#transcripts, beside) as unknown as ReportedTrial);
  }
}

/**
 * A trial whose transcript is read when it is asked for. One function does so for all of them: with one of its own each would take V8 kilobytes, and each
 * is made several times.
 */
class TranscribedTrial {
  static readonly #transcript: PropertyDescriptor = {
    enumerable: true,
    configurable: true,
    get(this: TranscribedTrial) {
      return JSON.parse(this.#transcripts.take(this.#said)) as Transcript;
    },
  };

  readonly #transcripts: Shelf;
  readonly #said: ShelfPlace;

  constructor(light: Light, transcripts: Shelf, said: ShelfPlace) {
    this.#transcripts = transcripts;
    this.#said = said;
    Object.assign(this, light);
    Object.defineProperty(this, 'transcript', TranscribedTrial.#transcript);
  }
}
