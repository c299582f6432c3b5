import type { JsonObject } from '../contracts/json.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import type { Model, ModelAnswer, ModelContext, ModelRequest } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

type Reply = Extract<ToWorker, { type: 'answer' | 'failure' | 'waiting' | 'working' }>;

interface OpenCall {
  readonly waiting: ModelContext['waiting'];
  readonly answer: (answer: ModelAnswer) => void;
  readonly fail: (error: unknown) => void;
  endWait: (() => void) | undefined;
}

/** A worker's side of the model: every call is asked of the judge. */
export class JudgedCalls {
  readonly #send: (message: FromWorker) => void;
  readonly #open = new Map<number, OpenCall>();
  #next = 0;

  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
  }

  /** The model of one run. */
  modelOf(run: number, mode: ModelMode): Model {
    return { mode, create: (request, context) => this.#ask(run, request, context) };
  }

  take(reply: Reply): void {
    const call = this.#open.get(reply.call);
    // The run was over before its answer came.
    if (!call) return;
    switch (reply.type) {
      case 'waiting':
        void call.waiting?.(new Promise<void>((resolve) => (call.endWait = resolve)));
        return;
      case 'working':
        call.endWait?.();
        return;
      case 'answer':
        call.answer(reply.answer as unknown as ModelAnswer);
        return;
      case 'failure':
        call.fail(new ModelError(reply.error.kind, reply.error.message, { ...reply.error, lost: reply.error.lost ?? false }));
    }
  }

  #ask(run: number, request: ModelRequest, { signal, waiting }: ModelContext): Promise<ModelAnswer> {
    this.#next += 1;
    const call = this.#next;
    return new Promise<ModelAnswer>((resolve, reject) => {
      const end = () => {
        const open = this.#open.get(call);
        open?.endWait?.();
        this.#open.delete(call);
        signal.removeEventListener('abort', aborted);
      };
      const aborted = () => {
        end();
        reject(signal.reason);
      };
      this.#open.set(call, {
        waiting,
        endWait: undefined,
        answer: (answer) => {
          end();
          resolve(answer);
        },
        fail: (error) => {
          end();
          reject(error);
        },
      });
      signal.addEventListener('abort', aborted, { once: true });
      this.#send({ type: 'model', call, run, request: request as unknown as JsonObject });
    });
  }
}
