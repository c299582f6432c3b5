import { Deadline } from '../../agent/deadline.ts';
import type { ModelQuestion, ModelReply, ScoringContext } from '../../contracts/scorer.ts';
import { abandon, failedOn, lateOn, type Question } from './ask-scorer.ts';

/** Asks a model on behalf of a scorer; undefined where it is not asked. */
export type AskModel = (question: ModelQuestion, signal: AbortSignal) => Promise<ModelReply | undefined>;

/** One call of a scorer, as the scorer sees it. Its time begins when somebody waits or asks for the signal: what answers at once costs no timer. */
export class ScorerCall implements ScoringContext {
  readonly #milliseconds: number;
  readonly #outside: AbortSignal;
  #deadline: Deadline | undefined;
  readonly ask: ScoringContext['ask'];

  constructor(milliseconds: number, outside: AbortSignal, model?: AskModel) {
    this.#milliseconds = milliseconds;
    this.#outside = outside;
    this.ask = model && ((question) => model(question, this.signal));
  }

  get signal(): AbortSignal {
    this.#deadline ??= new Deadline(this.#milliseconds, this.#outside, () => performance.now());
    return this.#deadline.signal;
  }

  /**
   * Waits for the answer until the deadline.
   * @throws {ScorerFault} when it is late or fails; the reason of the signal from outside at an abort
   */
  async wait(question: Question, answer: PromiseLike<unknown>): Promise<unknown> {
    const { signal } = this;
    abandon(answer);
    let stop = () => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([answer, stopped]);
    } catch (error) {
      // Whatever it says when it is told to stop.
      if (this.#outside.aborted) throw this.#outside.reason;
      throw signal.aborted ? lateOn(question, this.#milliseconds) : failedOn(question, error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** To be called when there is an answer. */
  end(): void {
    this.#deadline?.end();
  }
}
