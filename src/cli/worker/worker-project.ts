import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type RunOptions, runDocket } from '../testing/run-docket.ts';
import type { Ended } from '../testing/run-process.ts';

const index = new URL('../../index.ts', import.meta.url).href;

/** What an agent of these tests does with an input: how long it sleeps, and what then. */
export interface WorkerCase {
  readonly ms: number;
  /** `dies` takes its process with it, `throws` is a bug, `hangs` holds it, `meets` waits until two processes run it. */
  readonly ends?: 'dies' | 'throws' | 'hangs' | 'meets';
}

/** A process that a test started. */
export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it printed so far. */
  printed(): string;
  /** Waits until it has printed that. */
  until(words: string): Promise<void>;
}

/** A project whose agent notes each run in a file, with a shared store, and docket commands in processes of their own. */
export function workerProject(
  url: string,
  cases: Readonly<Record<string, WorkerCase>>,
  { trials = 3, agent = '', versions = '{ v1: {} }' } = {},
) {
  const directory = mkdtempSync(join(tmpdir(), 'docket-worker-'));
  const calls = join(directory, 'calls');
  const running = new Set<ChildProcess>();
  onTestFinished(async () => {
    for (const child of running) child.kill('SIGKILL');
    await wait(20);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(directory, 'node_modules'), 'dir');
  const write = (own: string) =>
    writeFileSync(
      join(directory, 'docket.config.ts'),
      `import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { expectedDecision, functionAgent } from '${index}';
${own}
const agent = functionAgent({
  name: 'worker-desk', source: import.meta.url, scorers: [expectedDecision()], decision: z.strictObject({ done: z.boolean() }),
  versions: ${versions},
  input: z.strictObject({ name: z.string(), ms: z.number(), ends: z.string().optional() }),
  async run({ name, ms, ends }) {
    appendFileSync(process.env.CALLS, name + '\\n');
    await sleep(ms);
    if (ends === 'dies') process.kill(process.pid, 'SIGKILL');
    if (ends === 'hangs') for (;;);
    if (ends === 'meets') {
      const met = process.env.CALLS + '-met';
      appendFileSync(met, process.pid + '\\n');
      while (new Set(readFileSync(met, 'utf8').split('\\n')).size < 3) await sleep(20);
    }
    if (ends === 'throws') throw new TypeError('a bug of the agent');
    return { decision: { done: true } };
  },
});
export default { agent, cases: 'cases', current: 'v1', trials: ${trials}, concurrency: 4 };
`.replace('import { expectedDecision, functionAgent, z }', "import { z } from 'zod';\nimport { expectedDecision, functionAgent }"),
    );
  write(agent);
  mkdirSync(join(directory, 'cases'));
  for (const [id, { ms, ends }] of Object.entries(cases)) {
    const label = { decision: { done: true }, source: 'policy', rationale: 'It sleeps.', reviewers: [{ kind: 'policy' }] };
    const input = { name: id, ms, ...(ends ? { ends } : {}) };
    writeFileSync(join(directory, `cases/${id}.json`), JSON.stringify({ id, title: id, input, label, origin: { kind: 'designed' } }));
  }
  const start = (words: readonly string[], { environment, ...options }: RunOptions = {}): Started => {
    let text = '';
    let child: ChildProcess | undefined;
    const ended = runDocket(words, {
      directory,
      environment: { DOCKET_STORE: url, CALLS: calls, ...environment },
      onStart(started) {
        child = started;
        running.add(started);
        started.once('exit', () => running.delete(started));
        for (const stream of [started.stdout, started.stderr])
          stream?.on('data', (some: string) => {
            text += some;
          });
      },
      ...options,
    });
    return {
      process: child as unknown as ChildProcess,
      ended,
      printed: () => text,
      async until(words) {
        let hasEnded = false;
        void ended.then(() => (hasEnded = true));
        for (let waited = 0; !text.includes(words); waited += 20) {
          if (waited > 60_000 || hasEnded) throw new Error(`"${words}" was not printed, but:\n${text}`);
          await wait(20);
        }
      },
    };
  };
  return {
    directory,
    /** Changes the agent's code. */
    rewrite: write,
    start,
    worker: (...words: string[]) => start(['worker', ...words]),
    /** A worker that is started anew whenever it was killed, as whatever keeps services does it. */
    keptWorker(...words: string[]) {
      const lives: Started[] = [];
      let isKept = true;
      onTestFinished(() => {
        isKept = false;
      });
      const live = () => {
        const started = start(['worker', ...words]);
        lives.push(started);
        void started.ended.then(({ code }) => isKept && code === null && live());
      };
      live();
      return lives;
    },
    /** How often the agent was run, by the name of the case. */
    calls(): Record<string, number> {
      const names = existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').slice(0, -1) : [];
      return Object.fromEntries(Object.entries(Object.groupBy(names, (name) => name)).map(([name, all]) => [name, all?.length ?? 0]));
    },
  };
}
