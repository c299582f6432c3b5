import { shardText } from '../../contracts/shard.ts';
import type { ShardRecord } from '../../contracts/shard-record.ts';
import { count, counted, duration } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { shownPath } from '../command/report-files.ts';

/** What one shard left, for a person. It says of no trial whether it passed. */
export function shardLines(record: ShardRecord, folder: string): string[] {
  const { shard, command, trials, agent, mode, measuredCases, durationMs, reason } = record;
  const name = ` shard ${shardText(shard)} of docket ${command} · ${plainLine(agent)} · ${mode} model`;
  return [
    '',
    name,
    ` ${whatRan(record)}`,
    ...(trials.planned > 0 && trials.missing > 0
      ? [` missing: ${count(trials.missing)}${reason === undefined ? '' : ` (${plainLine(reason)})`}`]
      : []),
    ...(trials.planned > 0
      ? [
          ` took ${duration(durationMs)}; divided by ${measuredCases > 0 ? `the measured durations of ${counted(measuredCases, 'case')}` : 'count: nothing was measured (docket durations)'}`,
        ]
      : []),
    ` left in ${shownPath(folder)} for docket merge. Nothing was judged`,
    '',
  ];
}

function whatRan({ trials: { all, planned, run, missing }, shard, reason }: ShardRecord): string {
  if (all === 0) return `empty: there is nothing to run${reason === undefined ? '' : `. ${plainLine(reason)}`}`;
  if (planned === 0) return `empty: ${counted(all, 'trial')} over ${counted(shard.count, 'shard')} leave none for this one`;
  const stored = planned - missing;
  return `${count(stored)} of its ${counted(planned, 'trial')} (of ${count(all)} in all) ${stored === 1 ? 'is' : 'are'} stored, ${count(run)} run now`;
}
