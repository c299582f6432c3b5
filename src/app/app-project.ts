import { randomBytes } from 'node:crypto';
import { projectRoot } from '../flows/find-config.ts';
import { openTracesToRead } from '../flows/open-traces.ts';
import { PriceBook } from '../model/price-book.ts';
import type { TraceStore } from '../traces/store/trace-store.ts';
import { RunWatch } from './run-watch.ts';

/** What the app is started with. */
export interface AppOptions {
  /** Folder in which the search for docket.config.ts starts. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Without it nothing is changed: no run is stopped or begun, and no file of the project is written. */
  readonly canWrite: boolean;
}

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

  constructor({ directory, environment, canWrite }: AppOptions) {
    this.root = projectRoot(directory);
    this.directory = directory;
    this.environment = environment;
    this.canWrite = canWrite;
    this.runs = new RunWatch(this.root);
  }

  /** Gives the traces as they are now to a reader, and closes them. @throws {DocketError} when there are none */
  async withTraces<T>(read: (store: TraceStore) => T | Promise<T>): Promise<T> {
    const store = openTracesToRead({ root: this.root });
    try {
      return await read(store);
    } finally {
      store.close();
    }
  }
}
