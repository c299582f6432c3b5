/** A model call that goes into a batch, by names that mean the same on every machine. */
export interface BatchedCall {
  /** Hash of all that decides the answer: the request, the trial that it is of, and which of its calls. */
  readonly call: string;
  /** Name of the trial. */
  readonly trial: string;
  /** Name of the call inside its batch. */
  readonly customId: string;
}

/** What is known of a call. */
export type CallState =
  | { readonly kind: 'new' }
  /** It is in a batch, or was about to be sent in one. */
  | { readonly kind: 'sent'; readonly submission: number }
  /** The answer, as JSON. */
  | { readonly kind: 'answered'; readonly answer: string };

/** One try to send calls in one batch. */
export interface Submission {
  readonly id: number;
  /** Where it was sent. */
  readonly endpoint: string;
  readonly startedAt: string;
  readonly requests: number;
  /** The newest batch that the server had before; null when it had none. */
  readonly after: string | null;
  /** The server's id of the batch; null as long as it is not known whether it arrived. */
  readonly batch: string | null;
}

/**
 * Where it is written down what is under way at a server, before it is sent: a batch that is paid for is found again after a crash, and on another
 * machine that has the same store. Every promise is rejected with a DocketError when the store fails.
 */
export interface BatchLedger {
  stateOf(call: string): Promise<CallState>;
  /** Notes calls that are about to be sent in one batch. */
  begin(submission: Omit<Submission, 'id' | 'batch'>, calls: readonly BatchedCall[]): Promise<Submission>;
  /** Notes which batch it became; null when it turned out to be another one. */
  became(submission: number, batch: string | null): Promise<void>;
  find(submission: number): Promise<Submission | undefined>;
  /** True when a batch is known to be one of these submissions. */
  isKnown(batch: string): Promise<boolean>;
  /** The calls of a submission that have no answer yet. */
  openCalls(submission: number): Promise<BatchedCall[]>;
  /** Keeps answers, all or none. */
  answer(answers: readonly { readonly call: string; readonly answer: string }[]): Promise<void>;
  /** Calls that are to be asked again. */
  forget(calls: readonly string[]): Promise<void>;
  /** Forgets a submission: nothing more will come of it. Calls without an answer are to be asked again. */
  end(submission: number): Promise<void>;
  /** Forgets the calls of a trial: it is stored. */
  endTrial(trial: string): Promise<void>;
}
