import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { DocketError } from '../contracts/docket-error.ts';
import { commandOf, thisDocket } from '../flows/docket-copy.ts';
import { projectRoot } from '../flows/find-config.ts';
import { givenWay } from '../flows/given-way.ts';
import { KeptTraces } from '../flows/kept-traces.ts';
import { PriceBook } from '../model/price-book.ts';
import type { TraceStore } from '../traces/store/trace-store.ts';
import { FlakyCases } from './flaky-cases.ts';
import { ReviewDesk } from './review-desk.ts';
import type { ReviewProcess } from './review-process.ts';
import { RunWatch } from './run-watch.ts';
import { TeamRuns } from './team-runs.ts';
import type { WhoReviews } from './who-reviews.ts';

/** What the app is started with. */
export interface AppOptions {
  /** Folder in which the search for docket.config.ts starts. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Without it nothing is changed: no run is stopped or begun, and no file of the project is written. */
  readonly canWrite: boolean;
  /** Whose name stands under the answers of a review; nobody's when not given. */
  readonly whoReviews?: WhoReviews;
  /** Names by which a proxy passes requests on, beside those of this machine. */
  readonly hostNames?: readonly string[];
  /** Where the project's own code is loaded for reviews; here, when not given. */
  readonly reviews?: ReviewProcess;
  /** Told when the team's store cannot be used. */
  readonly warn?: (message: string) => void;
}

/** How long a command has until its run is kept, and the time between two looks, in milliseconds. */
const startingMs = 30_000;
const lookMs = 100;

/** The project as the app's routes see it. */
export class AppProject {
  readonly root: string;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly canWrite: boolean;
  /** Who asks anything of the API says it; it changes with each start. */
  readonly token = randomBytes(24).toString('base64url');
  /** What models cost: by the public lists; the configuration's own prices are not read, because that would run the project's code here. */
  readonly prices = new PriceBook();
  /** Tells of runs as they change. */
  readonly runs: RunWatch;
  /** What is flaky over all of them. */
  readonly flaky: FlakyCases;
  readonly whoReviews: WhoReviews;
  readonly hostNames: readonly string[];
  readonly reviews: ReviewProcess | undefined;
  readonly #ending = new AbortController();
  readonly #traces: KeptTraces;
  readonly #team: TeamRuns;
  #desk: Promise<ReviewDesk> | undefined;
  #indexing: Promise<unknown> | undefined;

  constructor({ directory, environment, canWrite, whoReviews = { kind: 'nobody' }, hostNames = [], reviews, warn }: AppOptions) {
    this.root = projectRoot(directory);
    this.directory = directory;
    this.environment = environment;
    this.canWrite = canWrite;
    this.#traces = new KeptTraces({ root: this.root });
    this.#team = new TeamRuns(this, warn);
    this.runs = new RunWatch(this.root);
    this.flaky = new FlakyCases(this.root);
    this.whoReviews = whoReviews;
    this.hostNames = hostNames;
    this.reviews = reviews;
  }

  /**
   * Starts a command of Docket that goes on by itself, also after this server has ended.
   * @returns the id under which its run is kept; undefined where none came in time
   * @throws {DocketError} what it says of itself when it ends without a run
   */
  async startCommand(words: readonly string[]): Promise<string | undefined> {
    const before = new Set(this.runs.list().map(({ id }) => id));
    const child = spawn(process.execPath, [commandOf(thisDocket), ...words], {
      cwd: this.directory,
      env: this.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let [said, hasEnded] = ['', false];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    child.once('close', () => {
      hasEnded = true;
    });
    child.once('error', ({ message }) => {
      [said, hasEnded] = [message, true];
    });
    try {
      for (const until = performance.now() + startingMs; performance.now() < until; await wait(lookMs)) {
        const over = hasEnded;
        const begun = this.runs.list().find((run) => !before.has(run.id) && run.words?.join('\0') === words.join('\0'));
        if (begun) return begun.id;
        if (over) throw new DocketError(said.trim() || `docket ${words[0]} ended without a run.`);
      }
      return undefined;
    } finally {
      // Nobody listens any more, and what it says holds this server up no longer.
      child.stderr.removeAllListeners('data').resume();
      (child.stderr as Socket).unref();
      child.unref();
    }
  }

  /** Fetches the runs of others from the team's store, where there is one, until the server ends. */
  fetchTeamRuns(): void {
    this.#team.start();
  }

  /** The drafts and labels, which need the project's own code: loaded when somebody first asks, and again where it did not load. */
  desk(): Promise<ReviewDesk> {
    this.#desk ??= ReviewDesk.open(this.directory).catch((error: unknown) => {
      this.#desk = undefined;
      throw error;
    });
    return this.#desk;
  }

  /** Why somebody whom nobody names may not answer; null where everybody who asks has a name. */
  whyNobodyReviews(): string | null {
    if (!this.canWrite) return 'This server only reads. Start it as docket ui --write to answer.';
    const { whoReviews } = this;
    if (whoReviews.kind === 'header')
      return `Answers need the name of a person, which the proxy gives in ${whoReviews.header}. Open the address of the proxy.`;
    return whoReviews.kind === 'named'
      ? null
      : 'Answers need the name of a person. Set git config user.name, or start docket ui --write --reviewer "Your Name".';
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.reviews?.close();
    await this.#indexing;
    await this.#team.close();
    await this.#traces.close();
    await (await this.#desk?.catch(() => undefined))?.close();
    this.#desk = undefined;
  }

  /**
   * Gives the traces as they are now to a reader.
   * @param read is given what is damaged as well, told as it is found
   * @throws {DocketError} when there are none
   */
  withTraces<T>(read: (store: TraceStore, damage: string[]) => T | Promise<T>): Promise<T> {
    const damage: string[] = [];
    return this.#traces.read(
      (opened) => read(opened, damage),
      (message) => damage.push(message),
    );
  }

  /** Brings the index of words up to date, step by step beside what is asked: then whoever searches need not wait for it. */
  indexWords(): void {
    this.#indexing ??= this.withTracesIfThere(async (store) => {
      for await (const _ of store.indexText()) await givenWay(this.#ending.signal);
    })
      // A search tries it again, and says what is wrong.
      .catch(() => undefined)
      .finally(() => {
        this.#indexing = undefined;
      });
  }

  /** The same for who has something to say where nothing was recorded yet. */
  withTracesIfThere<T>(read: (store: TraceStore) => T | Promise<T>): Promise<T | undefined> {
    // What is damaged is told where it would be shown.
    return this.#traces.readIfThere(read, () => {});
  }
}
