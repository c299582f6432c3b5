import { randomBytes } from 'node:crypto';
import { projectRoot } from '../flows/find-config.ts';
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
  /** Tells of runs as they change. */
  readonly runs: RunWatch;

  constructor({ directory, environment, canWrite }: AppOptions) {
    this.root = projectRoot(directory);
    this.directory = directory;
    this.environment = environment;
    this.canWrite = canWrite;
    this.runs = new RunWatch(this.root);
  }
}
