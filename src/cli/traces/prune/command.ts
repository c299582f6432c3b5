import type { Command } from 'commander';
import { counted } from '../../../text/figures.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { byteSize, pointInTime } from '../../command/time-arguments.ts';
import { drawOver } from '../../terminal/draw-over.ts';
import { printJson } from '../../terminal/plain-json.ts';

interface PruneOptions {
  readonly olderThan?: number;
  readonly maxSize?: number;
  readonly json?: boolean;
}

const help = `
Removes the oldest traces with their spans and scores and frees the disk space. Cases made from them stay. It is safe to
run on a schedule: an interrupted run continues the next time, and traces can be stored meanwhile.

Examples
  docket traces prune --older-than 30d
  docket traces prune --max-size 1GB

Exit codes
  0 done, even if nothing was removed    2 usage error`;

/** `docket traces prune`: retention by age and size. */
export function addTracesPruneCommand(traces: Command, context: CommandContext): void {
  traces
    .command('prune')
    .summary('remove old traces')
    .description('Removes the oldest traces, by age, by size, or both.')
    .option('--older-than <time>', 'remove traces that started before this time: 30d (ago), 2026-11-23', (text) => pointInTime(text))
    .option('--max-size <size>', 'remove the oldest until the store is at most this large: 500MB, 2GB', byteSize)
    .option('--json', 'print the counts as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: PruneOptions, self: Command) => {
      if (options.olderThan === undefined && options.maxSize === undefined) {
        self.error('error: say what to remove: --older-than, --max-size, or both.');
      }
      await prune(options, context);
    });
}

async function prune({ olderThan, maxSize, json }: PruneOptions, { terminal: { out, note }, invocation }: CommandContext): Promise<void> {
  const { openTracesForChanging } = await import('../open-project-traces.ts');
  const store = await openTracesForChanging(invocation.directory, note);
  try {
    const retention = { ...(olderThan === undefined ? {} : { before: olderThan }), ...(maxSize === undefined ? {} : { bytes: maxSize }) };
    const removed = await store.prune(retention, ({ traces }) => {
      drawOver(note, `${counted(traces, 'trace')} removed; the space is freed next`);
    });
    drawOver(note);
    if (json) printJson({ kind: 'pruned', ...removed }, out);
    else out.line(`${out.style('green', '✓')} ${counted(removed.traces, 'trace')} removed, ${counted(removed.spans, 'span')}.`);
  } finally {
    await store.close();
  }
}
