import type { Command } from 'commander';
import { count, duration } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import type { TraceFilter, TraceSummary } from '../../../traces/store/trace-store.ts';
import { wholeNumber } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { type Cell, type Table, tableLines } from '../../terminal/table.ts';

type ListOptions = TraceFilter & { readonly limit: number; readonly json?: boolean };

const help = `
Newest first. --text finds traces with a span whose first 64 KB contain all the words: whole words, in any order. Spans
that "docket traces serve" received since the last search are indexed first, at about 100,000 per second.

Examples
  docket traces ls --since 7d --agent underwriter
  docket traces ls --text "debt ratio" --limit 100
  docket traces ls --session chat-4711              all runs of one conversation
  docket traces ls --before 5b8efff798038103d269b633813fc60c      the next page

Exit codes
  0 listed, even if there are none    2 usage error, or no traces were ever stored`;

/** `docket traces ls`: a line a trace. */
export function addTracesListCommand(traces: Command, context: CommandContext): void {
  traces
    .command('ls')
    .summary('list traces, newest first')
    .description('Lists traces, newest first.')
    .option('--agent <name>', 'only traces of this agent')
    .option('--session <id>', 'only traces of this session, thread or conversation')
    .option('--since <time>', 'only traces that started at this time or later: 7d (ago), 2026-11-23', (text) => pointInTime(text))
    .option('--until <time>', 'only traces that started before this time', (text) => pointInTime(text))
    .option('--text <words>', 'only traces with a span that contains all these words')
    .option('--finding <code>', 'only traces with this finding')
    .option('--before <trace>', 'continue the list after this trace')
    .option('--limit <number>', 'maximum traces to list', wholeNumber(1), 50)
    .option('--json', 'print the list as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action((options: ListOptions) => list(options, context));
}

async function list({ json, ...filter }: ListOptions, { terminal: { out, note }, invocation }: CommandContext): Promise<void> {
  const { openTracesForReading } = await import('../open-project-traces.ts');
  const store = await openTracesForReading(invocation.directory, note);
  try {
    if (filter.text !== undefined) {
      const { indexTraces } = await import('../index-traces.ts');
      await indexTraces(store, note);
    }
    const traces = await store.list(filter);
    if (json) printJson({ kind: 'traces', traces }, out);
    else if (traces.length === 0) note.line('No traces match.');
    else {
      for (const line of tableLines(tableOf(traces, out.columns), out)) out.line(line);
      const last = traces.at(-1)?.traceId;
      if (traces.length === filter.limit && last) note.line(note.style('dim', ` There may be more: --before ${last}`));
    }
  } finally {
    await store.close();
  }
}

/** How much of the ids tells them apart, 12 digits at least; that much is enough for `show`. A whole id is half a terminal's line. */
function distinctDigits(ids: readonly string[]): number {
  let digits = 12;
  while (digits < 32 && new Set(ids.map((id) => id.slice(0, digits))).size < ids.length) digits += 4;
  return digits;
}

/** A column of the list. */
interface Column {
  readonly title: string;
  readonly cell: (trace: TraceSummary) => Cell;
  /** False leaves the column out. */
  readonly isShown?: boolean;
}

/** Fewer columns of a terminal have no room for the source beside the rest. */
const wide = 96;
/** Those of a session need still more. */
const veryWide = 120;
const longestSession = 24;

function tableOf(traces: readonly TraceSummary[], width: number): Table {
  const digits = distinctDigits(traces.map(({ traceId }) => traceId));
  const columns: readonly Column[] = [
    { title: 'started', cell: ({ startedAt }) => [{ text: startedAt === null ? '–' : timeText(startedAt) }] },
    { title: 'trace', cell: ({ traceId }) => [{ text: traceId.slice(0, digits) }] },
    { title: 'took', cell: ({ durationMs }) => [{ text: durationMs === null ? '–' : duration(durationMs) }] },
    { title: 'source', cell: ({ source }) => [{ text: source }], isShown: width >= wide },
    {
      title: 'agent',
      cell: ({ agent, root }) => [agent === null ? { text: plainLine(root ?? '–'), style: 'dim' } : { text: plainLine(agent) }],
    },
    {
      title: 'session',
      cell: ({ session }) => [{ text: session === null ? '–' : plainLine(session.slice(0, longestSession)) }],
      isShown: width >= veryWide && traces.some(({ session }) => session !== null),
    },
    { title: 'spans', cell: ({ spans }) => [{ text: count(spans) }] },
    {
      title: 'errors',
      cell: ({ errors }) => [errors > 0 ? { text: count(errors), style: 'red' } : { text: '' }],
      isShown: traces.some(({ errors }) => errors > 0),
    },
    {
      title: 'findings',
      cell: ({ findings }) => [{ text: findings.map(plainLine).join(', '), style: 'yellow' }],
      isShown: traces.some(({ findings }) => findings.length > 0),
    },
  ];
  const shown = columns.filter(({ isShown = true }) => isShown);
  return {
    header: shown.map(({ title }): Cell => [{ text: title, style: 'dim' }]),
    groups: [traces.map((trace) => shown.map(({ cell }) => cell(trace)))],
  };
}

/** In UTC: traces come from many machines. A time beyond what a calendar holds is shown as it is. */
function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString().slice(0, 19).replace('T', ' ');
}
