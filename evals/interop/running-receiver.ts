import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Longest wait for the receiver to listen, milliseconds. */
const startLimitMs = 30_000;

/** `docket traces serve` in a process of its own, as its users run it. */
export interface RunningReceiver {
  readonly url: string;
  /** Ctrl-C, and the wait for its end. @returns the exit code */
  stop(): Promise<number | null>;
}

/** Starts it on a free port in the project. @throws when it does not come to listen */
export async function runReceiver(project: string): Promise<RunningReceiver> {
  const child = spawn(process.execPath, [main, 'traces', 'serve', '--port', '0', '--json'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  child.stdout.setEncoding('utf8');
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    const limit = setTimeout(() => reject(new Error(`docket traces serve does not listen; it said: ${said}`)), startLimitMs);
    child.stdout.on('data', (text: string) => {
      said += text;
      const listening = /"url": "([^"]+)"/.exec(said)?.[1];
      if (listening === undefined) return;
      clearTimeout(limit);
      resolve(listening);
    });
    ended.then(([code]) => reject(new Error(`docket traces serve ended with ${code}; it said: ${said}`)), reject);
  });
  return {
    url,
    async stop() {
      child.kill('SIGINT');
      const [code] = await ended;
      return code;
    },
  };
}
