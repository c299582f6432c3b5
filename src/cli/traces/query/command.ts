import type { Command } from 'commander';
import { counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { traceViews } from '../../../traces/store/trace-views.ts';
import { wholeNumber } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { cutTo } from '../../terminal/display-width.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { type Cell, tableLines } from '../../terminal/table.ts';

/** More characters of one value than this are not read in a table. */
const longestCell = 400;

interface QueryOptions {
  readonly limit: number;
  readonly seconds: number;
  readonly json?: boolean;
}

const help = `
Runs one SELECT, in SQLite's SQL, on these views. It can only read, and is stopped if it takes too long.
${traceViews}

Examples
  docket traces query "SELECT agent, count(*), avg(duration_ms) FROM traces GROUP BY agent"
  docket traces query "SELECT attributes ->> '$.\\"gen_ai.tool.name\\"' AS tool, count(*) FROM spans GROUP BY tool"

Exit codes
  0 answered    2 the query is invalid, refused, or took too long`;

/** `docket traces query`: read-only SQL. */
export function addTracesQueryCommand(traces: Command, context: CommandContext): void {
  traces
    .command('query')
    .summary('query the traces in SQL')
    .description('Runs one read-only SELECT on the traces.')
    .argument('<sql>', 'one SELECT')
    .option('--limit <number>', 'maximum rows to return', wholeNumber(1), 1000)
    .option('--seconds <number>', 'maximum seconds to run', wholeNumber(1), 30)
    .option('--json', 'print columns and rows as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action((sql: string, options: QueryOptions) => query(sql, options, context));
}

async function query(
  sql: string,
  { limit, seconds, json }: QueryOptions,
  { terminal: { out, note }, invocation }: CommandContext,
): Promise<void> {
  const { openTracesForReading } = await import('../open-project-traces.ts');
  const store = await openTracesForReading(invocation.directory, note);
  try {
    const { columns, rows, cut } = await store.query(sql, { rows: limit, milliseconds: seconds * 1000 });
    if (json) printJson({ kind: 'rows', columns, rows, cut }, out);
    else {
      const long = rows.flat().filter((value) => String(value).length > longestCell).length;
      const cells = rows.map((row) =>
        row.map((value): Cell => [{ text: cutTo(plainLine(value === null ? '–' : String(value)), longestCell) }]),
      );
      const header = columns.map((name): Cell => [{ text: plainLine(name), style: 'dim' }]);
      for (const line of tableLines({ header, groups: [cells] }, out)) out.line(line);
      if (long > 0) note.line(note.style('dim', `${counted(long, 'long value')} cut short; --json prints them whole.`));
    }
    if (cut && !json) note.line(note.style('yellow', `! There are more than ${counted(rows.length, 'row')}; raise --limit to see more.`));
  } finally {
    await store.close();
  }
}
