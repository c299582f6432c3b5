import { basename, relative } from 'node:path';

/** How this process was started, so that a command can be printed which a person can copy and run again. */
export interface Invocation {
  /** What stands before Docket's own arguments, for example `npx docket`. */
  readonly program: string;
  /** Docket's own arguments. */
  readonly words: readonly string[];
  /** Folder in which the search for docket.config.ts starts. */
  readonly directory: string;
}

/** Reads it from the process: `npm run docket --`, `npx docket` or as another package manager has it, `docket`, or `node` with the path of the file. */
export function invocationOf(argv: readonly string[], environment: NodeJS.ProcessEnv): Invocation {
  return { program: programOf(argv[1] ?? 'docket', environment), words: argv.slice(2), directory: process.cwd() };
}

/** Set where one copy of Docket starts another in its place: what stood before the words then. */
export const startedAs = 'DOCKET_STARTED_AS';

function programOf(script: string, environment: NodeJS.ProcessEnv): string {
  if (environment[startedAs]) return environment[startedAs];
  // npm runs scripts on the pinned Node.js, which may be newer than the machine's own.
  if (environment.npm_lifecycle_event === 'docket') return 'npm run docket --';
  const isCommand = basename(script) === 'docket';
  // What pnpm installs starts the file itself, as Windows does.
  if (script.includes('node_modules') && (isCommand || basename(script) === 'docket.mjs'))
    return runnersByAgent.get(/^\w+/.exec(environment.npm_config_user_agent ?? '')?.[0] ?? '') ?? 'npx docket';
  return isCommand ? 'docket' : `node ${quoted(relative(process.cwd(), script) || script)}`;
}

/** How a package manager starts what it installed, by the name that it gives itself. */
const runnersByAgent: ReadonlyMap<string, string> = new Map([
  ['pnpm', 'pnpm exec docket'],
  ['yarn', 'yarn docket'],
  ['bun', 'bunx docket'],
]);

/** One command line; words that the shell would read otherwise are quoted. */
export function commandText({ program }: Pick<Invocation, 'program'>, words: readonly string[]): string {
  return [program, ...words.map(quoted)].join(' ');
}

/** The same command with `--fresh` replaced by the series that it began: it goes on instead of beginning anew. */
export function resumeWords(words: readonly string[], freshSeries: string | undefined): string[] {
  if (freshSeries === undefined) return [...words];
  return [...words.filter((word) => word !== '--fresh'), '--series', freshSeries];
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=@,%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
