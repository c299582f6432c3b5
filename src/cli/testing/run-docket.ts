import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly directory?: string;
  /** Added to an environment without key, colour or CI settings. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called once the process runs, for those who want to disturb it. */
  readonly onStart?: (child: ChildProcess) => void;
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Runs the command line as its users do: in a process of its own. */
export function runDocket(words: readonly string[], { directory, environment = {}, onStart }: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...words], {
      cwd: directory ?? fileURLToPath(new URL('../../..', import.meta.url)),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    onStart?.(child);
  });
}
