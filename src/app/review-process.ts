import { type ChildProcess, fork } from 'node:child_process';
import { DocketError } from '../contracts/docket-error.ts';
import { moduleOf, thisDocket } from '../flows/docket-copy.ts';
import { ApiFault } from './api/api-fault.ts';
import type { DeskAnswer, DeskFault, DeskQuestion } from './desk-message.ts';

/** Longest end of what the process prints that is told when it breaks, in characters. */
const mostSaid = 2000;

/** Where it runs. */
interface Place {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Who asks, and in which words somebody is refused who may not answer. */
export interface Asker {
  readonly reviewer: string | undefined;
  readonly whyNobody: string | null;
}

/** What a child was asked and has not answered yet. */
interface Waiting {
  readonly resolve: (answer: DeskAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** A process with what it was asked; `said` is the end of what it printed. One that is over ends once it has answered. */
interface Begun {
  readonly child: ChildProcess;
  readonly waiting: Map<number, Waiting>;
  said: string;
  isOver: boolean;
}

/**
 * The project's own code in a process of its own, for reviews: a server that lives for hours would go on with the code that it loaded first. Begun when somebody
 * first asks; a fresh one takes its place when files of the agent have changed, when the project did not load, and when it broke.
 */
export class ReviewProcess {
  readonly #place: Place;
  #begun: Begun | undefined;
  #asked = 0;

  constructor(place: Place) {
    this.#place = place;
  }

  /**
   * @param route with its question, which was checked
   * @throws {ApiFault} {DocketError} as the route does, and when a writing route was asked about an agent that has changed since it was looked at
   */
  async ask(
    route: { readonly name: string; readonly isWriting?: boolean },
    question: DeskQuestion['question'],
    asker: Asker,
  ): Promise<unknown> {
    const first = await this.#askOnce(route.name, question, asker);
    if (first.kind !== 'stale') return answerIn(first);
    this.#end();
    if (route.isWriting)
      throw new DocketError(
        'Files of the agent have changed since you were shown this, so its policy may say something else now. Nothing was saved. Look at it again, and answer then.',
        { code: 'changed-meanwhile' },
      );
    const again = await this.#askOnce(route.name, question, asker);
    if (again.kind !== 'stale') return answerIn(again);
    this.#end();
    throw new DocketError('Files of the agent are changing all the time. Ask again once they are saved.', { code: 'changed-meanwhile' });
  }

  close(): void {
    this.#end();
  }

  async #askOnce(route: string, question: DeskQuestion['question'], { reviewer, whyNobody }: Asker): Promise<DeskAnswer> {
    const begun = this.#begun ?? this.#begin();
    this.#asked += 1;
    const asked: DeskQuestion = { number: this.#asked, route, question, reviewer: reviewer ?? null, whyNobody };
    const answer = await new Promise<DeskAnswer>((resolve, reject) => {
      begun.waiting.set(asked.number, { resolve, reject });
      begun.child.send(asked, (error) => error && this.#broke(begun, error.message));
    });
    // What Node.js has loaded once it does not load again.
    if (answer.kind === 'fault' && answer.unloaded && this.#begun === begun) this.#end();
    return answer;
  }

  #begin(): Begun {
    const child = fork(moduleOf(thisDocket, 'app/review-worker'), [], {
      cwd: this.#place.directory,
      env: this.#place.environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const begun: Begun = { child, waiting: new Map(), said: '', isOver: false };
    this.#begun = begun;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        begun.said = (begun.said + text).slice(-mostSaid);
      });
    child.on('message', (message: DeskAnswer) => {
      begun.waiting.get(message.number)?.resolve(message);
      begun.waiting.delete(message.number);
      endIfOver(begun);
    });
    child.once('error', ({ message }) => this.#broke(begun, message));
    child.once('exit', (code, signal) => this.#broke(begun, signal === null ? `it ended with ${code}` : `it was ended by ${signal}`));
    return begun;
  }

  /** Forgets it; what it was asked it answers still. */
  #end(): void {
    const begun = this.#begun;
    this.#begun = undefined;
    if (!begun) return;
    begun.isOver = true;
    endIfOver(begun);
  }

  #broke(begun: Begun, why: string): void {
    if (this.#begun === begun) this.#begun = undefined;
    const lines = begun.said.trim().split('\n');
    // Node.js ends what it prints of an error that nobody caught with its own version.
    const last = lines.findLast((line) => /^\w*Error\b.*: /.test(line)) ?? lines.at(-1);
    const error = new DocketError(
      `The process that runs the project's own code for reviews broke: ${why}${last ? `. Its last words: ${last}` : ''}. Nothing was saved that is not in the files.`,
    );
    for (const { reject } of begun.waiting.values()) reject(error);
    begun.waiting.clear();
  }
}

function endIfOver({ child, waiting, isOver }: Begun): void {
  if (isOver && waiting.size === 0 && child.connected) child.disconnect();
}

function answerIn(answer: Exclude<DeskAnswer, { readonly kind: 'stale' }>): unknown {
  if (answer.kind === 'answer') return answer.answer;
  throw errorOf(answer.fault);
}

function errorOf(fault: DeskFault): Error {
  switch (fault.of) {
    case 'asker':
      return new ApiFault(fault.status, fault.message);
    case 'project':
      return new DocketError(fault.message, fault.isChanged ? { code: 'changed-meanwhile' } : {});
    case 'docket':
      return new Error(fault.message);
  }
}
