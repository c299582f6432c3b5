import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DocketError } from '../contracts/docket-error.ts';
import { commandOf, thisDocket } from './docket-copy.ts';

/** How one command of Docket ended. */
export interface CommandEnd {
  readonly code: number;
  /** What it printed with `--json`. */
  readonly json: unknown;
}

export interface CommandOptions extends Place {
  /** Where there is a spare process, it runs the command. */
  readonly spare: SpareDocket | undefined;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** More is no answer that anybody reads, in UTF-16 units. */
const mostOutput = 256 * 1024 * 1024;
/** How long a command has to put its work away once it is told to end, milliseconds. */
const patience = 10_000;

/** What a command is started with, and a spare one before it knows which it is. */
interface Place {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** @param words none for a spare one */
function startDocket(words: readonly string[] | undefined, { directory, environment }: Place): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [commandOf(thisDocket), ...(words ?? [])], {
    cwd: directory,
    // Read by src/cli/end-with-parent.ts, src/cli/invocation.ts (for commands that a person can copy) and src/cli/spare.ts.
    env: {
      ...environment,
      NO_COLOR: '1',
      DOCKET_ENDS_WITH: String(process.pid),
      DOCKET_STARTED_AS: 'npx docket',
      ...(words === undefined ? { DOCKET_SPARE: '1' } : {}),
    },
  });
}

/**
 * One process that has loaded Docket and nothing of the project, for the next command: to load Docket takes longer than most questions. The project's
 * own code is read once it is told what to do, so the newest state of it answers.
 */
export class SpareDocket {
  readonly #place: Place;
  #child: ChildProcessWithoutNullStreams | undefined;
  #closed = false;

  constructor(place: Place) {
    this.#place = place;
    this.#begin();
  }

  /** The spare one, told what it is now; undefined when there is none yet. The next one begins. */
  take(words: readonly string[]): ChildProcessWithoutNullStreams | undefined {
    const child = this.#child;
    if (!child || child.exitCode !== null || !child.stdin.writable) return undefined;
    this.#child = undefined;
    child.removeAllListeners('exit');
    child.stdin.end(`${JSON.stringify(words)}\n`);
    // Not at once: it would take the processor from the one that was asked.
    child.once('exit', () => this.#begin());
    return child;
  }

  close(): void {
    this.#closed = true;
    this.#child?.kill();
  }

  #begin(): void {
    if (this.#closed || this.#child) return;
    const child = startDocket(undefined, this.#place);
    this.#child = child;
    // A pipe that breaks is seen when it is taken.
    child.stdin.on('error', () => {});
    child.once('error', () => {});
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
  }
}

/**
 * Runs a command of this Docket in a process of its own, with `--json`: a server that lives for hours would go on with the code that it loaded first,
 * while a coding agent edits it.
 * @throws {DocketError} what the command says of itself where it could not do its work; the signal's reason at an abort
 */
export async function docketCommand(
  words: readonly string[],
  { directory, environment, spare, signal, progress }: CommandOptions,
): Promise<CommandEnd> {
  signal.throwIfAborted();
  const wanted = [...words, '--json'];
  const child = spare?.take(wanted) ?? startDocket(wanted, { directory, environment });
  child.stdin.on('error', () => {}).end();
  let killed: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill('SIGTERM');
    killed = setTimeout(() => child.kill('SIGKILL'), patience);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < mostOutput) output += text;
    });
    let last = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.trim() === '') return;
      last = line.trim();
      progress(last.slice(0, 300));
    });
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status ?? 70));
    });
    signal.throwIfAborted();
    const json = jsonOf(output);
    const fault = faultIn(json);
    if (fault !== undefined) throw new DocketError(fault);
    if (json === undefined) throw new DocketError(last || `docket ${words[0]} ended with ${code} and said nothing.`);
    return { code, json };
  } finally {
    clearTimeout(killed);
    signal.removeEventListener('abort', end);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function faultIn(json: unknown): string | undefined {
  if (json === null || typeof json !== 'object' || !('kind' in json) || json.kind !== 'error') return undefined;
  return 'message' in json ? String(json.message) : 'It failed and did not say why.';
}
