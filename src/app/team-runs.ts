import { DocketError } from '../contracts/docket-error.ts';
import { docketCommand } from '../flows/docket-command.ts';
import { sharedStore } from '../flows/open-trials.ts';
import type { RunExchange } from '../flows/runs/share-runs.ts';

/** Milliseconds between two looks at what others ran. */
const lookEveryMs = 30_000;

interface Place {
  readonly root: string;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Fetches the runs of others from the team's store while a server lives. Whose runs they are stands in the project's code, which a command of its own reads,
 * once.
 */
export class TeamRuns {
  readonly #place: Place;
  readonly #warn: (message: string) => void;
  readonly #ending = new AbortController();
  readonly #told = new Set<string>();
  #exchange: RunExchange | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  /** @param warn told when the store cannot be used, each way once */
  constructor(place: Place, warn: (message: string) => void = () => {}) {
    this.#place = place;
    this.#warn = warn;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
    this.#timer.unref();
    this.#look();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await this.#looking;
    await this.#exchange?.close();
  }

  #look(): void {
    this.#looking ??= this.#fetch()
      .catch((error: unknown) => {
        if (this.#ending.signal.aborted) return;
        const { message } = error as Error;
        if (!(error instanceof DocketError)) throw error;
        if (!this.#told.has(message)) this.#warn(`The runs of others are not fetched: ${message}`);
        this.#told.add(message);
      })
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #fetch(): Promise<void> {
    this.#exchange ??= await this.#open();
    await this.#exchange?.fetch();
  }

  async #open(): Promise<RunExchange | undefined> {
    const { root, directory, environment } = this.#place;
    const address = sharedStore({ root }, environment);
    if (!address) return undefined;
    const { json } = await docketCommand(['versions'], {
      ...{ directory, environment, spare: undefined, signal: this.#ending.signal },
      progress: () => {},
    });
    const { agent } = json as { readonly agent: string };
    const { RunExchange } = await import('../flows/runs/share-runs.ts');
    return RunExchange.open(root, agent, { ...address, insecure: undefined }, this.#warn);
  }
}
