import type { Command } from 'commander';
import type { CommandContext } from '../command/command-context.ts';
import { addTracesCompareCommand } from './compare/command.ts';
import { addTracesImportCommand } from './import/command.ts';
import { addTracesListCommand } from './ls/command.ts';
import { addTracesPruneCommand } from './prune/command.ts';
import { addTracesQueryCommand } from './query/command.ts';
import { addTracesScoreCommand } from './score/command.ts';
import { addTracesSendCommand } from './send/command.ts';
import { addTracesServeCommand } from './serve/command.ts';
import { addTracesShowCommand } from './show/command.ts';
import { addTracesSummaryCommand } from './summary/command.ts';

const help = `
Traces are kept in .docket/traces.db beside docket.config.ts, or in the team's database where DOCKET_STORE names one, and
nowhere else. They are not redacted: they hold what customers said, so only the file's owner can read it (mode 600), and
in the database whoever may read it. Redaction happens when a case is drafted.

Examples
  docket traces serve                            receive OTLP on port 4318
  docket traces import spans.jsonl               read a file of an OpenTelemetry collector
  docket traces import --from langfuse           read what a tracing system has
  docket traces ls --agent underwriter
  docket traces show 5b8efff798038103d269b633813fc60c
  docket traces summary --since 7d --by version`;

/** In the order in which a newcomer needs them. */
const commands = [
  addTracesServeCommand,
  addTracesImportCommand,
  addTracesListCommand,
  addTracesShowCommand,
  addTracesSummaryCommand,
  addTracesCompareCommand,
  addTracesScoreCommand,
  addTracesQueryCommand,
  addTracesSendCommand,
  addTracesPruneCommand,
];

/** `docket traces`: what agents did in production. */
export function addTracesCommand(program: Command, context: CommandContext): void {
  const traces = program
    .command('traces')
    .summary('receive, import and read traces from production')
    .description('Collects the traces of agents in production and shows what happened in them.')
    .addHelpText('after', help);
  for (const add of commands) add(traces, context);
}
