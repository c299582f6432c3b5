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
    ...((trials.planned > 0 || trials.taken !== undefined) && trials.missing > 0
      ? [` missing: ${count(trials.missing)}${reason === undefined ? '' : ` (${plainLine(reason)})`}`]
      : []),
    ...(trials.planned > 0 || trials.taken !== undefined
      ? [
          ` took ${duration(durationMs)}; divided by ${measuredCases > 0 ? `the measured durations of ${counted(measuredCases, 'case')}` : 'count: nothing was measured (docket durations)'}`,
        ]
      : []),
    ...(trials.taken === undefined
      ? [` left in ${shownPath(folder)} for docket merge. Nothing was judged`]
      : [' all of it is in the shared store. Nothing was judged', ` a copy of what ran here is left in ${shownPath(folder)}`]),
    '',
  ];
}

function whatRan({ trials: { all, planned, run, missing, taken }, shard, reason }: ShardRecord): string {
  if (all === 0) return `empty: there is nothing to run${reason === undefined ? '' : `. ${plainLine(reason)}`}`;
  if (taken !== undefined)
    return `${count(run + taken)} of the gate's ${counted(all, 'trial')} ran here: ${count(run)} of its own ${count(planned)}, ${count(taken)} of other shards'`;
  if (planned === 0) return `empty: ${counted(all, 'trial')} over ${counted(shard.count, 'shard')} leave none for this one`;
  const stored = planned - missing;
  return `${count(stored)} of its ${counted(planned, 'trial')} (of ${count(all)} in all) ${stored === 1 ? 'is' : 'are'} stored, ${count(run)} run now`;
}
