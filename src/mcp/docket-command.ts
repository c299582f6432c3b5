import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DocketError } from '../contracts/docket-error.ts';
import { commandOf, thisDocket } from '../flows/docket-copy.ts';

/** How one command of Docket ended. */
export interface CommandEnd {
  readonly code: number;
  /** What it printed with `--json`. */
  readonly json: unknown;
}

export interface CommandOptions {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** More is no answer that anybody reads, in UTF-16 units. */
const mostOutput = 256 * 1024 * 1024;
/** How long a command has to put its work away once it is told to end, milliseconds. */
const patience = 10_000;

/**
 * Runs a command of this Docket in a process of its own, with `--json`: a server that lives for hours would go on with the code that it loaded first,
 * while a coding agent edits it.
 * @throws {DocketError} what the command says of itself where it could not do its work; the signal's reason at an abort
 */
export async function docketCommand(
  words: readonly string[],
  { directory, environment, signal, progress }: CommandOptions,
): Promise<CommandEnd> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [commandOf(thisDocket), ...words, '--json'], {
    cwd: directory,
    // Read by src/cli/end-with-parent.ts.
    env: { ...environment, NO_COLOR: '1', DOCKET_ENDS_WITH: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
