import type { Served } from '../../contracts/served.ts';
import { ModelError } from '../../model/model-error.ts';
import { askServed, type VersionQuestion, versionIn } from './version-from.ts';

/** Holds a server to the version that it said it is: one that is exchanged while trials run answers for two. */
export class VersionWatch {
  readonly #question: VersionQuestion;
  #first: Promise<Served> | undefined;
  #asking: Promise<Served> | undefined;
  #next: Promise<Served> | undefined;

  constructor(question: VersionQuestion) {
    this.#question = question;
  }

  /** Who answers, as it was when it was asked first. */
  served(): Promise<Served> {
    this.#first ??= askServed(this.#question);
    return this.#first;
  }

  /** Once nothing runs any more: whoever begins next asks anew. */
  forget(): void {
    this.#first = undefined;
  }

  /**
   * To be called with each answer.
   * @throws {ModelError} when another version answered than the first
   */
  async confirm(answer: Pick<Response, 'headers'>): Promise<void> {
    const { version } = await this.served();
    if (version === null) return;
    const { from } = this.#question;
    const now = from?.header === undefined ? await this.#askAgain() : { version: versionIn(answer, from) ?? null, address: '' };
    if (now.version === version) return;
    const other = now.version === null ? 'no longer says which version answers' : `now answers as version "${now.version}"`;
    throw new ModelError(
      'response',
      `The server ${other}; these trials began with version "${version}". Deploy nothing while the agent is on trial, and run the same command again.`,
      { retryable: false },
    );
  }

  /** A question that began after this call; those who wait meanwhile share the next one. */
  #askAgain(): Promise<Served> {
    if (this.#asking === undefined) {
      this.#asking = askServed(this.#question).finally(() => (this.#asking = undefined));
      return this.#asking;
    }
    this.#next ??= this.#asking.then(() => {
      this.#next = undefined;
      return this.#askAgain();
    });
    return this.#next;
  }
}
