import { resolveVersion } from '../../agent/version.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { AskingForPlan } from '../../flows/improve/4-ask-model.ts';
import type { Against } from '../../flows/improve/compare-runs.ts';
import { improve } from '../../flows/improve/index.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { openTraces } from '../../flows/open-traces.ts';
import { openTrialsToRead } from '../../flows/open-trials.ts';
import type { Session } from '../../flows/session.ts';
import { money } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { sweepHeap } from '../modest-heap.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { damageNote } from '../traces/damage-note.ts';
import { type LeftOut, leftOut, leftOutLines } from '../traces/left-out.ts';
import type { ImproveCommandOptions } from './improve-options.ts';
import { runSearch } from './run-search.ts';
import { planLines } from './view.ts';

/** Writes the plan and says what is in it. */
export async function runImprove(options: ImproveCommandOptions, context: CommandContext): Promise<void> {
  if (options.search !== undefined) return runSearch(options, options.search, context);
  const asksNobody = options.withModel !== true;
  if (asksNobody && (options.budget !== undefined || options.mode !== undefined || options.proposer !== undefined))
    throw new DocketError('A plan without --search and --with-model asks no model: leave --budget, --mode and --proposer out.');
  const { terminal, invocation } = context;
  const config = await loadConfig(invocation.directory);
  for (const version of [options.version, options.against]) if (version !== undefined) resolveVersion(config.agent, version);
  const against = againstOf(options, options.version ?? config.current);
  const onDamage = damageNote(terminal.note);
  // Before anything is read: who would answer, and with which key.
  const session = asksNobody ? undefined : await openAnnouncedSession(context, options, { config, store: ':memory:', traces: 'none' });
  const interruption = onInterrupt();
  const request = {
    config,
    ...(options.version === undefined ? {} : { version: options.version }),
    today: new Date().toISOString().slice(0, 10),
    signal: interruption.signal,
    ...(against ? { against } : {}),
    ...(session ? { withModel: askingBy(session, options, context) } : {}),
    redact: options.redact ?? false,
  };
  const opened = options.fromTrials
    ? { from: 'trials' as const, store: await openTrialsToRead(config, { onDamage }), series: options.series }
    : {
        from: 'traces' as const,
        store: await openTraces(config, onDamage),
        filter: filterOf(options, config.agent.name),
        most: options.most,
      };
  const agent = opened.from === 'traces' ? opened.filter.agent : undefined;
  let others: LeftOut | undefined;
  const tellOthers = () => {
    for (const line of others ? leftOutLines(others, agent) : []) terminal.note.line(line);
  };
  try {
    sweepHeap();
    if (opened.from === 'traces') others = await leftOut(opened.store, opened.filter, options.agent !== undefined);
    const { plan, files, unwritten } = await improve({ ...request, runs: opened });
    if (unwritten !== undefined || plan.reading?.fault !== undefined) context.exit(exitCodes.incomplete);
    const written = { files, ...(unwritten === undefined ? {} : { unwritten }) };
    if (options.json) printJson(plan, terminal.out);
    else for (const line of planLines(plan, written, terminal.out)) terminal.out.line(line);
    tellOthers();
  } catch (error) {
    if (error instanceof DocketError) tellOthers();
    endInterrupted(error, context, ': no plan was written.');
  } finally {
    interruption.stop();
    await opened.store.close();
    await session?.close();
  }
}

/** @throws {DocketError} where the two sides would be one */
function againstOf({ against, againstWindow, since }: ImproveCommandOptions, version: string): Against | undefined {
  if (against === version) throw new DocketError(`The plan is for ${plainLine(version)} itself. Name another version with --against.`);
  if (against !== undefined) return { kind: 'version', version: against };
  if (againstWindow === undefined) return undefined;
  if (since === undefined || againstWindow >= since)
    throw new DocketError('--against-window compares with what was before --since: name both, as in --since 7d --against-window 14d.');
  return { kind: 'window', since: againstWindow };
}

function askingBy(session: Session, { proposer, budget }: ImproveCommandOptions, { terminal }: CommandContext): AskingForPlan {
  return {
    session,
    ...(proposer === undefined ? {} : { model: proposer }),
    ...(budget === undefined ? {} : { budgetDollars: budget }),
    onPrice(dollars, model) {
      if (session.mode !== 'live') return;
      const most = dollars === undefined ? 'at a price that is not known' : `for ${money(dollars)} at most`;
      terminal.note.line(terminal.note.style('yellow', plainLine(`live model: one question to ${model}, ${most}.`)));
    },
  };
}

function filterOf({ agent, allAgents, since, until }: ImproveCommandOptions, configured: string) {
  return {
    ...(allAgents ? {} : { agent: agent ?? configured }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}
