import type { ChildProcess } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { ModelError } from '../../model/model-error.ts';
import { OutputTail } from '../command/output-tail.ts';
import { endGroup, type Program, startGroup } from '../command/process-group.ts';

/** How a server is started that belongs to a checkout. */
export interface OwnServerSettings {
  /** The program and its arguments; `$PORT` in them is the port on which it is to listen. */
  readonly command: readonly [program: string, ...words: string[]];
  readonly directory: string;
  /** A path that is answered with 2xx as soon as it serves; taking connections is enough when not given. */
  readonly ready: string | undefined;
  /** Longest time until it serves, in milliseconds. */
  readonly readyMs: number;
  /** Its environment, but for `PORT`. @param spans where it sends spans; undefined where nobody listens */
  environment(spans: string | undefined): Readonly<Record<string, string>>;
}

interface Running {
  readonly origin: string;
  readonly child: ChildProcess;
}

const pauseMs = 25;

/** A server of the agent's own, on a free port of this machine: started when it is needed first, started anew when it ended, gone with this process. */
export class OwnServer {
  readonly #settings: OwnServerSettings;
  #running: Promise<Running> | undefined;

  constructor(settings: OwnServerSettings) {
    this.#settings = settings;
  }

  /**
   * Where it serves: `http://127.0.0.1:<port>`. Whoever comes first starts it, and the others wait for the same one.
   * @param spans where one that is started now sends spans
   * @throws {ModelError} when it ends or does not serve in time; the next call tries again
   */
  async origin(spans?: string): Promise<string> {
    const running = this.#running;
    if (running && !isOver((await running).child)) return (await running).origin;
    if (this.#running === running) {
      this.#running = this.#start(spans);
      this.#running.catch(() => (this.#running = undefined));
    }
    return (await (this.#running as Promise<Running>)).origin;
  }

  close(): void {
    this.#running?.then(
      ({ child }) => endGroup(child),
      () => {},
    );
    this.#running = undefined;
  }

  async #start(spans: string | undefined): Promise<Running> {
    const { command, directory, environment, ready, readyMs } = this.#settings;
    const port = await freePort();
    const [program, ...words] = command.map((word) => word.replaceAll(/\$(?:PORT\b|\{PORT\})/g, String(port)));
    const started: Program = {
      program: program ?? '',
      arguments: words,
      directory,
      environment: { ...environment(spans), PORT: String(port) },
    };
    const child = startGroup(started);
    child.stdin.end();
    const logged = new OutputTail();
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => logged.add(chunk));
    let ended: string | undefined;
    child.on('error', (error) => (ended = `could not be started (${(error as NodeJS.ErrnoException).code ?? error.message})`));
    child.on('exit', (code, signal) => {
      ended ??= signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      // What it started ends with it.
      endGroup(child);
    });
    const origin = `http://127.0.0.1:${port}`;
    const until = performance.now() + readyMs;
    while (!(await serves(origin, port, ready))) {
      if (ended !== undefined) throw unserved(command, `${ended} before it served`, logged);
      if (performance.now() > until) {
        endGroup(child);
        throw unserved(command, `did not answer ${ready ?? `port ${port}`} within ${readyMs / 1000} s`, logged);
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    // Another program may have the port: one that is over serves nothing.
    if (ended !== undefined) throw unserved(command, `${ended} before it served`, logged);
    // It keeps nobody waiting: it ends with this process in any case.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as Socket).unref();
    return { origin, child };
  }
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function unserved(command: readonly string[], why: string, logged: OutputTail): ModelError {
  return new ModelError('worker', `The agent's own server (${command.join(' ')}) ${why}.${logged.sentence()}`, { retryable: false });
}

async function serves(origin: string, port: number, ready: string | undefined): Promise<boolean> {
  try {
    if (ready === undefined) return await takesConnections(port);
    const answer = await fetch(new URL(ready, origin), { redirect: 'manual', signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
