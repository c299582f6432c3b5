import type { VersionIdentity } from '../../contracts/version.ts';
import { type CommittedCounts, type CountState, committedQuarantine } from '../../flows/gate/committed-counts.ts';
import { wilsonInterval } from '../../stats/wilson-interval.ts';
import { count, counted, percent } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { type Cell, tableLines } from '../terminal/table.ts';
import type { Output } from '../terminal/terminal.ts';

/** Fewer stored runs than this are said to be few: the bound on false blocks averages over baselines of about that many. */
const enoughRuns = 10;
/** A provider changes its models without a word; older counts are said to be old. */
const oldAfterDays = 30;

/** One case of the committed baseline; bounds are Wilson's, two-sided 95 %, shares 0..1. */
export interface BaselineRow {
  readonly id: string;
  readonly state: CountState | 'vanished';
  readonly passes: number;
  readonly runs: number;
  /** False approvals among the runs, and wrong decisions that are no yes or no. */
  readonly harm: number;
  readonly wrongDecisions: number;
  readonly low: number;
  readonly high: number;
}

/** The cases of the suite, then the rows whose case is gone. */
export function baselineRows({ baseline, cases, vanished }: CommittedCounts): BaselineRow[] {
  const gone = baseline.cases.filter(({ id }) => vanished.includes(id)).map((row) => ({ id: row.id, state: 'vanished' as const, row }));
  return [...cases, ...gone].map(({ id, state, row }) => {
    const counts = { passes: row?.passes ?? 0, runs: row?.runs ?? 0 };
    const { low, high } = wilsonInterval(counts);
    return { id, state, ...counts, harm: row?.harm ?? 0, wrongDecisions: row?.wrongDecisions ?? 0, low, high };
  });
}

/** What a person should know before a gate relies on these counts. */
export function baselineWarnings(counts: CommittedCounts, current: VersionIdentity, ageDays: number): string[] {
  const { baseline, cases, vanished } = counts;
  const few = cases.filter(({ state, row }) => state === 'known' && (row?.runs ?? 0) < enoughRuns);
  const unknown = cases.filter(({ state }) => ['new', 'input-changed', 'label-changed'].includes(state));
  return [
    ...(baseline.version.fingerprint === current.fingerprint
      ? []
      : [
          `It was accepted for another version (${baseline.version.fingerprint.slice(0, 12)}) than ${current.name} here (${current.fingerprint.slice(0, 12)}). If this is main, run: docket baseline accept.`,
        ]),
    ...(few.length > 0
      ? [`${count(few.length)} of ${counted(cases.length, 'case')} have fewer than ${enoughRuns} runs. Add some: docket baseline accept.`]
      : []),
    ...(unknown.length > 0
      ? [
          `Without usable counts (${counted(unknown.length, 'case')}): ${unknown.map(({ id }) => id).join(', ')}. The gate runs both versions on them.`,
        ]
      : []),
    ...(vanished.length > 0
      ? [
          `Counts for cases that no longer exist: ${vanished.join(', ')}. Restore the case, or move its line to "tombstones" with removedOn and reason.`,
        ]
      : []),
    ...quarantineWarnings(counts),
    ...(ageDays > oldAfterDays
      ? [`It is ${ageDays} days old, and the provider may have changed the model since. To start over: docket baseline refresh.`]
      : []),
  ];
}

function quarantineWarnings(counts: CommittedCounts): string[] {
  const { notice } = committedQuarantine(counts);
  return notice ? [notice.message] : [];
}

const stateNames: Readonly<Record<BaselineRow['state'], string>> = {
  known: '',
  new: 'new, no counts',
  'input-changed': 'input changed since',
  'label-changed': 'label changed since',
  'does-not-judge': 'does not count',
  quarantined: 'not judged: main fails it',
  vanished: 'no such case here',
};

/** The committed counts as a table with their bounds. */
export function baselineViewLines(
  counts: CommittedCounts,
  { ageDays, warnings, file }: { readonly ageDays: number; readonly warnings: readonly string[]; readonly file: string },
  output: Output,
): string[] {
  const { baseline } = counts;
  const { version, tombstones } = baseline;
  const rows = baselineRows(counts);
  const passes = rows.reduce((sum, row) => sum + row.passes, 0);
  const runs = rows.reduce((sum, row) => sum + row.runs, 0);
  const isPlain = rows.every(({ state }) => state === 'known');
  const harm = rows.some(({ wrongDecisions }) => wrongDecisions > 0) ? 'wrong decisions' : 'false approvals';
  const table = tableLines(
    {
      header: ['case', 'passed', '95 % bounds', harm, ...(isPlain ? [] : ['note'])].map((text) => [{ text, style: 'dim' as const }]),
      groups: [
        rows.map((row) => rowCells(row).slice(0, isPlain ? -1 : undefined)),
        [[[{ text: 'all', style: 'dim' }], [{ text: `${count(passes)}/${count(runs)} = ${percent(passes / runs)}`, style: 'bold' }]]],
      ],
    },
    output,
  );
  const age = ageDays === 0 ? 'today' : `${counted(ageDays, 'day')} ago`;
  return [
    '',
    ` ${output.style('bold', plainLine(baseline.agent))} · ${plainLine(version.name)} (prompt ${plainLine(version.prompt)}, tools ${plainLine(version.toolVariant)}, ${plainLine(version.model)}) · ${baseline.mode} model`,
    ` epoch ${baseline.epoch}, recorded ${age} (${baseline.recordedAt.slice(0, 10)}) · ${file}`,
    '',
    ...table,
    '',
    ...tombstones.map(({ id, removedOn, reason }) =>
      output.style('dim', ` ${plainLine(id)} was removed on ${removedOn}: ${plainLine(reason)}`),
    ),
    ...warnings.map((warning) => output.style('yellow', ` ! ${plainLine(warning)}`)),
    ...(warnings.length + tombstones.length > 0 ? [''] : []),
  ];
}

function rowCells({ id, state, passes, runs, harm, low, high }: BaselineRow): Cell[] {
  return [
    [{ text: plainLine(id) }],
    [{ text: runs === 0 ? '–' : `${count(passes)}/${count(runs)}`, ...(passes < runs ? { style: 'red' as const } : {}) }],
    [{ text: runs === 0 ? '' : `${percent(low)} to ${percent(high)}` }],
    [{ text: runs === 0 ? '' : count(harm), ...(harm > 0 ? { style: 'red' as const } : {}) }],
    [{ text: stateNames[state], style: 'yellow' }],
  ];
}
