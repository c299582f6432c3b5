import type { ModelMode } from '../../contracts/model-mode.ts';
import type { Shard } from '../../contracts/shard.ts';
import { type AcceptedBaseline, acceptBaseline } from '../../flows/gate/accept-baseline.ts';
import { readBaseline } from '../../flows/gate/baseline-store.ts';
import { readCommittedCounts } from '../../flows/gate/committed-counts.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { prepareVersion } from '../../flows/session.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { smallestOf } from '../../stats/extremes.ts';
import { count, counted, percent } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { drawnCount } from '../command/drawn-count.ts';
import { shownPath } from '../command/report-files.ts';
import type { ShardOption } from '../command/run-options.ts';
import { spentText } from '../command/spent-text.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { baselineRows, baselineViewLines, baselineWarnings } from './view.ts';

export interface AcceptCommandOptions extends ShardOption {
  readonly trials: number;
  readonly most: number;
  readonly mode?: ModelMode;
  readonly concurrency?: number;
  readonly batch?: boolean;
  readonly workers?: boolean;
  readonly json?: boolean;
}

/** Runs the current version and writes its counts to `reports/baseline.json`; `refresh` keeps nothing of the old ones. */
export async function runAccept(options: AcceptCommandOptions, refresh: boolean, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const { out } = terminal;
  const config = await loadConfig(invocation.directory);
  // A live baseline must not become a simulated one because a key is missing.
  const mode = options.mode ?? knownMode(config.root, refresh);
  const interruption = onInterrupt();
  const session = await openAnnouncedSession(context, {
    ...(mode === undefined ? {} : { mode }),
    ...(options.batch ? { batch: options.batch } : {}),
    ...(options.workers ? { workers: options.workers } : {}),
  }).catch((error: unknown) => {
    interruption.stop();
    throw error;
  });
  const drawn = drawnCount(context, session.mode);
  try {
    const accepted = await acceptBaseline(session, {
      trials: options.trials,
      most: options.most,
      refresh,
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
      signal: interruption.signal,
      onPlan: drawn.start,
      onTrial: drawn.step,
    });
    drawn.end();
    if (options.json) printJson({ kind: 'accepted-baseline', ...accepted }, out);
    else for (const line of acceptedLines(accepted)) out.line(line);
  } catch (error) {
    drawn.end();
    endInterrupted(error, context, ': the baseline is unchanged; finished trials are stored and will not run again.');
  } finally {
    interruption.stop();
    await session.close();
  }
}

/** Makes one shard's part of the runs; the baseline is written by whoever accepts over all of them. */
export async function runAcceptOfShard(options: AcceptCommandOptions & { readonly shard: Shard }, context: CommandContext): Promise<void> {
  const { root } = await loadConfig(context.invocation.directory);
  const mode = options.mode ?? knownMode(root, false);
  const { runAcceptShard } = await import('../shard/run.ts');
  await runAcceptShard({ ...options, ...(mode === undefined ? {} : { mode }) }, context);
}

/** The committed baseline's own mode; a refresh also mends a damaged one, which has none. */
function knownMode(root: string, refresh: boolean): ModelMode | undefined {
  try {
    return readBaseline(root)?.mode;
  } catch (error) {
    if (refresh) return undefined;
    throw error;
  }
}

function acceptedLines({ baseline, file, begunAnew, quarantine, ...spending }: AcceptedBaseline): string[] {
  const passes = baseline.cases.reduce((sum, row) => sum + row.passes, 0);
  const runs = baseline.cases.reduce((sum, row) => sum + row.runs, 0);
  const least = smallestOf(baseline.cases.map((row) => row.runs));
  return [
    '',
    ` ${plainLine(baseline.version.name)} of ${plainLine(baseline.agent)} · ${baseline.mode} model · epoch ${baseline.epoch}${begunAnew === undefined ? '' : `, started over: ${plainLine(begunAnew)}`}`,
    ` ${count(passes)} of ${count(runs)} passed (${percent(passes / runs)}), ${counted(baseline.cases.length, 'case')}, at least ${counted(least, 'run')} each${spentText(spending)}`,
    ...(quarantine.entered.length > 0
      ? [` no longer judged, because main itself fails it too often: ${plainLine(quarantine.entered.join(', '))}`]
      : []),
    ...(quarantine.left.length > 0 ? [` judged again, because main passes it often enough: ${plainLine(quarantine.left.join(', '))}`] : []),
    '',
    ` written to ${shownPath(file)}: commit it on main`,
    '',
  ];
}

/** Prints the committed baseline; calls no model. */
export async function runShowBaseline({ json }: { readonly json?: boolean }, { terminal, invocation }: CommandContext): Promise<void> {
  const config = await loadConfig(invocation.directory);
  const counts = readCommittedCounts(config);
  const { baseline, file } = counts;
  const environment = loadEnvironment(config.root, terminal.environment, (message) => terminal.note.line(plainLine(message)));
  const current = await prepareVersion(config, config.current, baseline.mode, environment);
  const ageDays = Math.max(0, Math.floor((Date.now() - Date.parse(baseline.recordedAt)) / 86_400_000));
  const warnings = baselineWarnings(counts, current.identity, ageDays);
  if (json) {
    const { cases, ...head } = baseline;
    printJson({ kind: 'baseline', file, ...head, ageDays, cases: baselineRows(counts), warnings }, terminal.out);
    return;
  }
  for (const line of baselineViewLines(counts, { ageDays, warnings, file: shownPath(file) }, terminal.out)) terminal.out.line(line);
}
