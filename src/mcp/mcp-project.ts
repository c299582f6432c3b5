import { DocketError } from '../contracts/docket-error.ts';
import { type CommandEnd, docketCommand, SpareDocket } from '../flows/docket-command.ts';
import { projectRoot } from '../flows/find-config.ts';
import { KeptTraces } from '../flows/kept-traces.ts';
import { readyRedaction, redactedValue } from '../flows/redacted-value.ts';
import type { TraceStore } from '../traces/store/trace-store.ts';
import { Turns } from './turns.ts';

/** What the server is started with. */
export interface McpProjectOptions {
  /** Folder in which the search for docket.config.ts starts. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Most that all live calls together may cost, in dollars; without it no live model is asked. */
  readonly budgetDollars?: number;
  /** Texts of traces are given as they were recorded. */
  readonly isUnredacted: boolean;
}

/** Queries at once: each may take a core, and a gigabyte. */
const mostQueries = 3;

/** The project as the tools see it. Its own code is run by commands only, so the newest state of it answers. */
export class McpProject {
  readonly root: string;
  readonly #options: McpProjectOptions;
  #left: number;
  #spare: SpareDocket | undefined;
  readonly #turns = new Turns(mostQueries);
  readonly #traces: KeptTraces;

  constructor(options: McpProjectOptions) {
    this.#options = options;
    this.root = projectRoot(options.directory);
    this.#traces = new KeptTraces({ root: this.root });
    this.#left = options.budgetDollars ?? 0;
  }

  /** Dollars that are left for live calls. */
  get dollarsLeft(): number {
    return this.#left;
  }

  /** What of traces may be given away: redacted, unless the server was started otherwise. */
  ofTraces<T>(value: T): T {
    return this.#options.isUnredacted ? value : redactedValue(value, this.root);
  }

  /** Loads what redaction needs before somebody asks. */
  async getReady(): Promise<void> {
    if (!this.#options.isUnredacted) await readyRedaction(this.root);
  }

  /** Runs one command of Docket in the project. @throws {DocketError} what it says of itself where it fails */
  command(
    words: readonly string[],
    { signal, progress }: { readonly signal: AbortSignal; readonly progress: (message: string) => void },
  ): Promise<CommandEnd> {
    const { directory, environment } = this.#options;
    return docketCommand(words, { directory, environment, spare: this.#spare, signal, progress });
  }

  /** Keeps a process ready for the next command, until it is closed. */
  standBy(): { close(): void } {
    const spare = new SpareDocket(this.#options);
    this.#spare = spare;
    return spare;
  }

  close(): Promise<void> {
    return this.#traces.close();
  }

  /**
   * Sets dollars of the server's budget aside for one call, and gives back what it did not spend.
   * @param wanted most that the call may cost; all that is left when not given
   * @param spend runs it, with what it may cost, and says what it did cost; all of it when that is not known
   * @throws {DocketError} when nothing is left
   */
  async spending<T>(
    wanted: number | undefined,
    spend: (dollars: number) => Promise<{ readonly result: T; readonly dollars: number | undefined }>,
  ): Promise<T> {
    const dollars = Math.min(wanted ?? this.#left, this.#left);
    if (dollars <= 0)
      throw new DocketError(
        this.#options.budgetDollars === undefined
          ? 'This server may not ask a live model: it was started without a budget (docket mcp --budget <dollars>). The simulated model is free: mode "simulated".'
          : `The server's budget of $${this.#options.budgetDollars} is spent. A person can start it again with another one.`,
      );
    this.#left -= dollars;
    let spent: number | undefined = dollars;
    try {
      const { result, dollars: known } = await spend(dollars);
      spent = known;
      return result;
    } finally {
      // What is not known, or was interrupted, counts as spent; what was spent beyond the call's share is taken from the rest.
      this.#left += dollars - (spent ?? dollars);
    }
  }

  /** Runs what takes a process of its own and a core, few at once, however many clients ask; who is cancelled waits no longer. */
  inTurn<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    return this.#turns.take(signal, run);
  }

  /** Gives the traces to a reader. @throws {DocketError} when there are none */
  withTraces<T>(read: (store: TraceStore) => T | Promise<T>): Promise<T> {
    return this.#traces.read(read);
  }
}
