import type { ToolAnswer } from '../../agent/agent-run.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { faultyAnswer, toolFaults } from '../../contracts/tool-fault.ts';
import { estimateCost } from '../../flows/estimate-cost.ts';
import { type LoadedConfig, loadConfig } from '../../flows/load-config.ts';
import { openTrials } from '../../flows/open-trials.ts';
import { findTrial, parseTrialName } from '../../flows/replay/1-find-trial.ts';
import { type ChangedCall, keepUpTo } from '../../flows/replay/2-change-result.ts';
import { failingTools, replayEachFault } from '../../flows/replay/each-fault.ts';
import { replay, requireReplayable } from '../../flows/replay/index.ts';
import { newestTrials } from '../../flows/replay/newest-trials.ts';
import type { Session } from '../../flows/session.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { drawnCount } from '../command/drawn-count.ts';
import type { ModelOptions } from '../command/run-options.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { faultLines, listLines, replayLines } from './view.ts';

export interface ReplayCommandOptions extends Omit<ModelOptions, 'record'> {
  readonly list?: boolean;
  readonly tool?: string;
  readonly call: number;
  readonly with?: string;
  readonly text?: string;
  readonly error?: string;
  readonly timeout?: boolean;
  readonly empty?: boolean;
  readonly faults?: boolean;
  readonly version?: string;
  readonly series?: string;
  readonly trials: number;
  readonly fresh?: boolean;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** Runs a stored trial on from a changed tool result, or lists trials. */
export async function runReplay(trial: string | undefined, options: ReplayCommandOptions, context: CommandContext): Promise<void> {
  const { invocation, terminal } = context;
  const config = await loadConfig(invocation.directory);
  const store = await openTrials(config, {
    onDamage: (message) => terminal.note.line(terminal.note.style('yellow', message)),
  });
  try {
    if (options.list) {
      const newest = await newestTrials(config, store);
      if (options.json) printJson({ kind: 'trials', trials: newest }, terminal.out);
      else for (const line of listLines(newest, terminal.out)) terminal.out.line(line);
      return;
    }
    await runOn(trial, options, { config, store }, context);
  } finally {
    await store.close();
  }
}

async function runOn(
  trial: string | undefined,
  options: ReplayCommandOptions,
  { config, store }: { readonly config: LoadedConfig; readonly store: TrialStore },
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  if (trial === undefined)
    throw new DocketError('Name a trial: docket replay v2/some-case/3 --tool … The newest ones: docket replay --list.');
  requireReplayable(config);
  // All that can be wrong is found before a model is chosen.
  const changed = options.faults ? undefined : changedIn(options);
  const found = await findTrial(config, store, parseTrialName(trial), options);
  const failing = { call: options.call, ...(options.tool === undefined ? {} : { tool: options.tool }) };
  if (changed) keepUpTo(found.trial.transcript, found.name, changed);
  const runs = options.trials * (changed ? 1 : failingTools(found, failing).length * toolFaults.length);
  const interruption = onInterrupt();
  const session = await openAnnouncedSession(
    context,
    { ...modeOf(found.trial.mode), ...options },
    { config, version: found.version, store, traces: 'none' },
  ).catch((error: unknown) => {
    interruption.stop();
    throw error;
  });
  const drawn = drawnCount(context, session.mode);
  try {
    const { trials, concurrency, fresh = false } = options;
    const running = {
      trials,
      fresh,
      ...(concurrency === undefined ? {} : { concurrency }),
      signal: interruption.signal,
      onTrial: drawn.step,
    };
    drawn.start(runs, await costOf(session, found.version, runs));
    if (changed) {
      const told = await replay(session, found, { ...running, changed });
      drawn.end();
      if (options.json) printJson(told, terminal.out);
      else for (const line of replayLines(told, terminal.out)) terminal.out.line(line);
      return;
    }
    const faults = await replayEachFault(session, found, failing, running);
    drawn.end();
    if (options.json) printJson({ kind: 'tool-faults', trial: found.name, faults }, terminal.out);
    else for (const line of faultLines(found.name, faults, terminal.out)) terminal.out.line(line);
    if (faults.some(({ told }) => told.replays.some(({ guessedAround }) => guessedAround.length > 0))) context.exit(exitCodes.regressed);
  } catch (error) {
    drawn.end();
    endInterrupted(error, context, ': the trial itself is as it was.');
  } finally {
    interruption.stop();
    await session.close();
  }
}

function changedIn(options: ReplayCommandOptions): ChangedCall {
  if (options.tool === undefined)
    throw new DocketError('Name the tool whose result is changed: --tool calc_dti; or let each fail in turn: --faults.');
  return { tool: options.tool, call: options.call, answer: answerIn(options, options.tool) };
}

async function costOf(session: Session, version: string, trials: number) {
  if (session.mode !== 'live') return undefined;
  return estimateCost({ store: session.store, prices: session.config.prices }, [{ version: await session.prepare(version), trials }]);
}

/** Who answered goes on answering; what was recorded has no answer to what nobody asked then. */
function modeOf(mode: ModelMode): { readonly mode?: ModelMode } {
  return mode === 'recorded' ? {} : { mode };
}

/** @throws {DocketError} where nothing says what the tool says instead, or it is not JSON */
function answerIn({ with: json, text, error, timeout, empty }: ReplayCommandOptions, tool: string): ToolAnswer {
  if (json !== undefined) return { result: textOf(json), isError: false };
  if (text !== undefined) return { result: text, isError: false };
  if (error !== undefined) return faultyAnswer(tool, 'error', error);
  if (timeout) return faultyAnswer(tool, 'timeout');
  if (empty) return faultyAnswer(tool, 'empty');
  throw new DocketError(`Say what ${tool} says instead: --with JSON, --text TEXT, --error TEXT, --timeout or --empty.`);
}

/** A text in quotation marks is that text; anything else what it is as JSON. */
function textOf(json: string): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new DocketError(
      `--with is not JSON (${(cause as Error).message}). It was given: ${json.slice(0, 200)}\nFor words as they are there is --text.`,
      { cause },
    );
  }
  return typeof value === 'string' ? value : json;
}
