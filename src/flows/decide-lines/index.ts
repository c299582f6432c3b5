import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import { passingStore } from '../../trials/passing-store.ts';
import { decisionReport } from '../decide/decision-report.ts';
import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import { tryLock } from '../gate/file-lock.ts';
import { knownTrialDollars } from '../judging/trial-dollars.ts';
import { openTrialsIfThere } from '../open-trials.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { type BadLine, type CheckedLines, checkLines, type InputLine, readLines } from './1-check-lines.ts';
import { decidePending } from './2-decide-pending.ts';
import { earlierResults } from './earlier-results.ts';
import { OutputLines } from './output-lines.ts';

export interface DecideLinesOptions {
  /** File of inputs. */
  readonly input: string;
  /** File of results; without it `onResult` is all that gets them, and nobody can go on. */
  readonly output?: string;
  /** True leaves lines out that are no input of the agent; otherwise one of them ends it all. */
  readonly skipBad: boolean;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Aborted when no more lines are to be begun; those under way come to their end. */
  readonly enough?: AbortSignal;
  /** Told before anything is asked. */
  readonly onPlan: (lines: CheckedLines, cost: CostEstimate | undefined) => void;
  readonly onResult: (result: { readonly line: number }) => void;
  readonly onFailed: (line: number, why: string) => void;
}

/** What became of the lines. */
export interface DecidedLines {
  /** Decided now. */
  readonly decided: number;
  /** The agent came to no decision; they have a result that says why. */
  readonly undecided: number;
  /** Had a result already. */
  readonly reused: number;
  /** Have no result; the same command tries them again. */
  readonly failed: number;
  readonly notStarted: number;
  /** No input of the agent, and left out. */
  readonly bad: number;
  /** Results in which hard scorers found something. */
  readonly withFindings: number;
  /** What is known of what all of it cost. */
  readonly dollars: number;
  readonly stopped?: string;
}

/**
 * Decides a file of inputs into a file of results, in the order in which they come to their end. Begun again, it goes on: what has a result is not run again.
 * @param session with a store that keeps nothing
 * @throws {DocketError} for lines that are no inputs, results of something else, a file that cannot be written; the signal's reason at an abort
 */
export async function decideLines(session: Session, prepared: PreparedVersion, options: DecideLinesOptions): Promise<DecidedLines> {
  const { input, output, signal, enough } = options;
  if (output !== undefined && isSame(input, output))
    throw new DocketError(`${output} is the file of inputs itself. Give another --output.`);
  const lock = output === undefined ? undefined : lockOf(session, output);
  let written: OutputLines | undefined;
  try {
    const earlier = output === undefined ? undefined : await earlierResults(output, prepared.identity);
    const results = earlier?.results ?? new Map<number, string>();
    const checked = await checkLines(readLines(session, prepared, input), { input, output, results });
    const isNoneLeft = checked.pending + checked.done === 0;
    if (checked.allBad > 0 && (!options.skipBad || isNoneLeft))
      throw badLines(
        input,
        checked.bad,
        checked.allBad,
        options.skipBad ? 'No line is left to decide: mend them.' : 'Mend them, or leave them out with --skip-bad.',
      );
    written = output === undefined || !earlier ? undefined : new OutputLines(output, earlier);
    options.onPlan(checked, session.mode === 'live' ? await costOf(session, prepared, checked.pending) : undefined);
    const counts = { decided: 0, undecided: 0, failed: 0, withFindings: 0, dollars: 0 };
    const stopped = await decidePending(session, prepared, pendingOf(readLines(session, prepared, input), results), {
      ...{ concurrency: options.concurrency, signal, pending: checked.pending, ...(enough ? { enough } : {}) },
      onDecided({ line, fingerprint }, decided) {
        const { outcome, ...report } = decisionReport(session, prepared, decided);
        const isDecided = outcome.kind === 'decided';
        const result = { line, inputFingerprint: fingerprint, ...report, ...(isDecided ? {} : { outcome }) };
        written?.append(result);
        options.onResult(result);
        counts[isDecided ? 'decided' : 'undecided'] += 1;
        if (decided.findings.length > 0) counts.withFindings += 1;
        counts.dollars += knownTrialDollars(session.config.prices, decided.run.trial);
      },
      onFailed({ line }, why, decided) {
        counts.failed += 1;
        if (decided) counts.dollars += knownTrialDollars(session.config.prices, decided.run.trial);
        options.onFailed(line, why);
      },
    });
    return {
      ...counts,
      reused: checked.done,
      notStarted: checked.pending - counts.decided - counts.undecided - counts.failed,
      bad: checked.allBad,
      ...(stopped === undefined ? {} : { stopped }),
    };
  } finally {
    written?.close();
    lock?.close();
  }
}

/** Also by another name, or over a link. */
function isSame(input: string, output: string): boolean {
  const [one, other] = [input, output].map((file) => statSync(file, { throwIfNoEntry: false }));
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}

async function* pendingOf(lines: ReturnType<typeof readLines>, results: ReadonlyMap<number, string>): AsyncGenerator<InputLine, void> {
  for await (const each of lines) if (!('faults' in each) && !results.has(each.line)) yield each;
}

function badLines(input: string, bad: readonly BadLine[], all: number, remedy: string): DocketError {
  const told = bad.map(({ line, faults }) => `  ${input}:${line}: ${faults.join('; ')}`);
  const more = all > bad.length ? [`  … and ${all - bad.length} more`] : [];
  return new DocketError(
    `${all} ${all === 1 ? 'line is' : 'lines are'} no input of the agent; no model was called.\n${[...told, ...more].join('\n')}\n${remedy}`,
  );
}

/** By the project's stored trials: what production asks is stored nowhere else. */
async function costOf({ config }: Session, version: PreparedVersion, trials: number): Promise<CostEstimate> {
  const store = (await openTrialsIfThere(config, { onDamage: () => {} })) ?? passingStore();
  try {
    return await estimateCost({ store, prices: config.prices }, [{ version, trials }]);
  } finally {
    await store.close();
  }
}

/** The file itself, whatever links its name goes over; before there is one, its folder's. */
function realOutput(output: string): string {
  try {
    return realpathSync(output);
  } catch {
    const folder = dirname(resolve(output));
    return existsSync(folder) ? join(realpathSync(folder), basename(output)) : resolve(output);
  }
}

/** Two at the same file would pay for each line twice. */
function lockOf({ config }: Session, output: string): { close(): void } {
  const name = createHash('sha256').update(realOutput(output)).digest('hex').slice(0, 16);
  const file = join(config.root, '.docket', `lines-${name}.lock`);
  let lock: ReturnType<typeof tryLock>;
  try {
    lock = tryLock(file);
  } catch (cause) {
    throw new DocketError(`${file} cannot be made: ${(cause as Error).message}. It keeps two of them from the same --output.`, { cause });
  }
  if (lock) return lock;
  throw new DocketError(`Another docket decide is writing to ${output}. Wait for its end, or give another --output.`);
}
