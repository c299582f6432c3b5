import { type ChildProcess, spawn } from 'node:child_process';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly directory: string;
  /** All of its environment beside PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called once the process runs, for those who want to disturb it. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs this Node.js with the words in a process of its own, without standard input, and collects what it prints. */
export function runProcess(words: readonly string[], { directory, environment, onStart }: ProcessOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      cwd: directory,
      env: { PATH: process.env.PATH, ...environment },
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
