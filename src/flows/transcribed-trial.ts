import type { ReportedTrial } from '../contracts/reported-case.ts';
import type { Transcript } from '../contracts/transcript.ts';

/** A trial without its transcript, which stands by itself: most of what is asked is short. */
export type LightTrial = Omit<ReportedTrial, 'transcript'>;

/** Who reads what happened in a trial. */
interface TranscriptSource {
  readTranscript(): Transcript;
}

/**
 * A trial whose transcript is read when it is asked for. One function does so for all of them: with one of its own each would take V8 kilobytes, and each
 * is made several times.
 */
export class TranscribedTrial {
  static readonly #transcript: PropertyDescriptor = {
    enumerable: true,
    configurable: true,
    get(this: TranscribedTrial) {
      return this.#source.readTranscript();
    },
  };

  readonly #source: TranscriptSource;

  private constructor(light: LightTrial, source: TranscriptSource) {
    this.#source = source;
    Object.assign(this, light);
    Object.defineProperty(this, 'transcript', TranscribedTrial.#transcript);
  }

  static of(light: LightTrial, source: TranscriptSource): ReportedTrial {
    return new TranscribedTrial(light, source) as unknown as ReportedTrial;
  }
}
