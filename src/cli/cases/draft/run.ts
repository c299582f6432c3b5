import { relative } from 'node:path';
import { z } from 'zod';
import { DocketError } from '../../../contracts/docket-error.ts';
import { type Draft, pickReasonSchema } from '../../../contracts/draft.ts';
import type { PickReason } from '../../../contracts/pick-reasons.ts';
import { loadConfig } from '../../../flows/load-config.ts';
import { openTraces } from '../../../flows/open-traces.ts';
import { draftFromTraces, type PromotedDrafts } from '../../../flows/promote/index.ts';
import { triedAgent } from '../../../flows/promote/try-agent.ts';
import { wholeTraceId } from '../../../flows/whole-trace-id.ts';
import { counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { openAnnouncedSession } from '../../command/announced-session.ts';
import type { CommandContext } from '../../command/command-context.ts';
import type { ModelOptions } from '../../command/run-options.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { failedScorerLines } from '../../terminal/scoring-lines.ts';
import { tableLines } from '../../terminal/table.ts';
import type { Output } from '../../terminal/terminal.ts';
import { damageNote } from '../../traces/damage-note.ts';
import { leftOut, leftOutLines } from '../../traces/left-out.ts';

export interface DraftCommandOptions extends ModelOptions {
  readonly limit: number;
  /** Beginnings of ids. */
  readonly trace?: readonly string[];
  readonly agent?: string;
  readonly allAgents?: boolean;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  readonly by?: readonly string[];
  readonly seed: number;
  readonly compare?: string;
  readonly verify?: boolean;
  readonly json?: boolean;
}

/** Drafts cases and says what they are. A model is asked only with `--compare` or `--verify`. */
export async function runDraft(options: DraftCommandOptions, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const by = options.by && parseReasons(options.by);
  const config = await loadConfig(invocation.directory);
  const agent = options.allAgents ? undefined : (options.agent ?? config.agent.name);
  const store = await openTraces(config, damageNote(terminal.note));
  const asks = options.compare !== undefined || options.verify === true;
  const session = asks ? await openAnnouncedSession(context, options, { store: ':memory:', traces: 'none' }) : undefined;
  const interruption = onInterrupt();
  try {
    const compare = session && options.compare !== undefined ? await triedAgent(session, options.compare, interruption.signal) : undefined;
    const verify = session && options.verify ? await triedAgent(session, config.current, interruption.signal) : undefined;
    const filter = {
      ...(agent === undefined ? {} : { agent }),
      ...(options.since === undefined ? {} : { since: options.since }),
      ...(options.until === undefined ? {} : { until: options.until }),
    };
    const traceIds = options.trace && (await Promise.all(options.trace.map((id) => wholeTraceId(store, id))));
    const others = traceIds ? { traces: 0, of: traceIds.length, ofAgents: [] } : await leftOut(store, filter, options.agent !== undefined);
    const drafts = await draftFromTraces({
      config,
      store,
      filter,
      limit: Math.max(options.limit, traceIds?.length ?? 0),
      ...(traceIds ? { traceIds } : {}),
      seed: options.seed,
      today: new Date().toISOString().slice(0, 10),
      signal: interruption.signal,
      ...(by ? { by } : {}),
      ...(compare ? { compare } : {}),
      ...(verify ? { verify } : {}),
    });
    if (options.json) printJson({ kind: 'drafts', ...(session ? { mode: session.mode } : {}), ...drafts, leftOut: others }, terminal.out);
    else for (const line of draftLines(drafts, terminal.out)) terminal.out.line(line);
    for (const line of failedScorerLines(drafts.failed)) terminal.note.line(terminal.note.style('yellow', line));
    for (const line of leftOutLines(others, agent)) terminal.note.line(line);
  } catch (error) {
    endInterrupted(error, context, ': no draft was written.');
  } finally {
    interruption.stop();
    await session?.close();
    await store.close();
  }
}

function parseReasons(by: readonly string[]): PickReason[] {
  const parsed = z.array(pickReasonSchema).safeParse(by);
  if (parsed.success) return parsed.data;
  throw new DocketError(`--by ${by.join(',')}: expected one or more of ${pickReasonSchema.options.join(', ')}.`);
}

function draftLines({ drafts, pickedBy, files, traces, clusters, known, inputIncomplete }: PromotedDrafts, out: Output): string[] {
  const about = `${counted(traces, 'trace')}, ${counted(clusters, 'different input')}, ${known} already covered${inputIncomplete > 0 ? `, ${counted(inputIncomplete, 'trace')} without a complete input` : ''}.`;
  const [first] = files;
  if (first === undefined) return [`Nothing to draft: ${about}`];
  const cell = (text: string) => [{ text: plainLine(text) }];
  const table = tableLines(
    {
      header: ['draft', 'covers', 'check'].map((text) => [{ text, style: 'bold' as const }]),
      groups: [drafts.map((draft) => [cell(draft.id), cell(counted(draft.clusterSize, 'trace')), cell(checksOf(draft).join('; ') || '-')])],
    },
    out,
  );
  return [
    `${out.style('green', '✓')} ${counted(files.length, 'draft')} from ${about}`,
    ...table,
    '',
    `Picked for: ${pickedBy.join(', ')}. Which reason applied to which draft is not shown, to keep the review blind.`,
    `They are in ${plainLine(relative(process.cwd(), first.replace(/[^/\\]+$/, '')) || '.')}. Next: docket cases review`,
  ];
}

function checksOf({ missing, redacted, equivalence }: Draft): string[] {
  return [
    ...(missing.length > 0 ? [`input incomplete: ${missing.join(', ')}`] : []),
    ...redacted,
    ...(equivalence.policy === 'differs' ? ["redaction changes the policy's answer"] : []),
    ...(equivalence.agent === 'differs' ? ["redaction changes the agent's decisions"] : []),
  ];
}
