import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../../src/cli/testing/run-process.ts';

/** A process to measure. */
export interface MeasuredCommand {
  /** Script and arguments for Node.js. */
  readonly words: readonly string[];
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What stdout must hold: a run that did less than it was asked for would look fast. */
  readonly proof: RegExp;
  /** Called once the process runs, for who asks something of it and ends it. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** What a process took, from its start to its end. */
export interface Measurement {
  readonly wallMs: number;
  /** User and system time of the process and its threads. */
  readonly cpuMs: number;
  readonly peakMegabytes: number;
  readonly stdout: string;
}

/** Runs before the process's own code; written by hand as plain JavaScript so that it costs next to nothing. */
const reportUsage = `import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => writeFileSync(process.env.BENCH_USAGE_FILE, JSON.stringify(process.resourceUsage())));`;

/**
 * Runs a command with Node.js in a process of its own and measures it.
 * @throws {Error} when it did not end well, or its output does not hold the proof that it did the work
 */
export async function measure({ words, directory, environment = {}, proof, onStart }: MeasuredCommand): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-bench-usage-'));
  const usageFile = join(folder, 'usage.json');
  const start = performance.now();
  try {
    const { code, stdout, stderr } = await runProcess(['--import', `data:text/javascript,${encodeURIComponent(reportUsage)}`, ...words], {
      directory,
      environment: { HOME: directory, NO_COLOR: '1', ...environment, BENCH_USAGE_FILE: usageFile },
      ...(onStart ? { onStart } : {}),
    });
    const wallMs = performance.now() - start;
    if (code !== 0 || !proof.test(stdout)) {
      throw new Error(
        `${words.join(' ')} ended with ${code} and should have printed ${proof}. It printed:\n${`${stdout}\n${stderr}`.slice(-4000)}`,
      );
    }
    const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as NodeJS.ResourceUsage;
    return { wallMs, cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000, peakMegabytes: usage.maxRSS / 1024, stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
