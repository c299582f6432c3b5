import type { ModelMode } from '../../contracts/model-mode.ts';
import type { ReportedVersion, Spending } from '../../contracts/verdict.ts';
import { cost, count, duration, percent } from '../../text/figures.ts';
import {
  costPerTrial,
  detectableSentence,
  gitName,
  type Headline,
  headlineOf,
  modeNotes,
  sentenceOf,
  spendingSentence,
  versionMakeup,
  versionName,
} from '../words.ts';
import { type WrongCount, wrongCounts } from '../wrong-counts.ts';
import { AccusedList, ChangedFileList } from './accused-list.tsx';
import { AttributionTable } from './attribution-table.tsx';
import { useColumns } from './columns.ts';
import { ConfusionView } from './confusion-view.tsx';
import { EvidenceFigure } from './evidence-figure.tsx';
import { Name } from './foreign.tsx';
import { Guarded } from './guarded.tsx';
import { HeadlineView } from './headline-view.tsx';
import { NoticeList } from './notice-list.tsx';
import type { PageCase, PageHead, PageIndex } from './page-data.ts';
import { RerunLine } from './rerun-line.tsx';
import { RuleList } from './rule-list.tsx';
import { ScrollBox } from './scroll-box.tsx';

/** What the first lines of a page say. */
export function pageHeadline(report: PageHead): Headline {
  if (report.kind !== 'evaluation') return headlineOf(report);
  const { name, tone } = report.result;
  return { mark: { good: '✓', bad: '✗', warn: '!', calm: '=' }[tone], name: name.charAt(0).toUpperCase() + name.slice(1), tone };
}

/** The verdict with its evidence: the first thing on the page. Compact, it makes room for another view. */
export function VerdictView({ index: { report, cases }, compact }: { readonly index: PageIndex; readonly compact: boolean }) {
  const told = 'spending' in report ? report : undefined;
  const sentence = report.kind === 'evaluation' ? report.result.reason : sentenceOf(report, cases);
  return (
    <section class="verdict" aria-labelledby="verdict">
      <HeadlineView headline={pageHeadline(report)} sentence={sentence} />
      {!compact && report.kind !== 'evaluation' && (
        <Guarded what="the changed rules">
          <RuleList report={report} />
        </Guarded>
      )}
      {told && told.mode !== 'live' && (
        <p class="mode" role="note">
          <b>{told.mode} model</b> {modeNotes[told.mode]}
        </p>
      )}
      {told && !compact && <Figures mode={told.mode} spending={told.spending} />}
      {!compact && (
        <div class="panels">
          {report.kind === 'verdict' && 'attribution' in report && report.attribution && (
            <Guarded what="the cause">
              <AttributionTable attribution={report.attribution} />
            </Guarded>
          )}
          {report.kind === 'verdict' && 'accused' in report && report.accused && report.accused.length > 0 && (
            <Guarded what="the accused cases">
              <AccusedList accused={report.accused} />
            </Guarded>
          )}
          {report.kind === 'verdict' && 'evidence' in report && report.evidence && (
            <Guarded what="the evidence">
              <EvidenceFigure evidence={report.evidence} />
            </Guarded>
          )}
          <About report={report} cases={cases} detectable={report.kind === 'evaluation' ? undefined : detectableSentence(report)} />
        </div>
      )}
    </section>
  );
}

function About({
  report,
  cases,
  detectable,
}: {
  readonly report: PageHead;
  readonly cases: readonly PageCase[];
  readonly detectable: string | undefined;
}) {
  return (
    <section class="panel" aria-labelledby="about">
      <h2 id="about">Notes</h2>
      {report.kind === 'verdict' && report.verdict === 'waived' && (
        <p>
          <b>
            Waived by <Name text={report.waiver.approver} /> until <Name text={report.waiver.expires} />:
          </b>{' '}
          <Name text={report.waiver.reason} />
        </p>
      )}
      <NoticeList notices={report.notices} known={new Set(cases.map(({ id }) => id))} />
      {detectable !== undefined && <p class="soft">{detectable}</p>}
      {report.kind === 'verdict' && 'changedFiles' in report && report.changedFiles && <ChangedFileList {...report.changedFiles} />}
      <RerunLine command={report.rerun} />
    </section>
  );
}

interface VersionColumn {
  readonly heading: string;
  readonly show: (totals: Totals) => string;
}

/** All columns of the table of versions, in reading order. */
function versionColumns(wrong: readonly WrongCount[], mode: ModelMode): readonly VersionColumn[] {
  return [
    {
      heading: 'passed',
      show: ({ passes, runs }) => (runs === 0 ? 'not run' : `${percent(passes / runs)} · ${count(passes)} of ${count(runs)}`),
    },
    ...wrong.map(({ name, of }) => ({ heading: `${name}s`, show: (totals: Totals) => (totals.runs === 0 ? '–' : count(of(totals))) })),
    { heading: 'repeats agree', show: ({ agreement }) => (agreement === undefined ? '–' : percent(agreement)) },
    { heading: 'cost per trial', show: (totals) => costPerTrial(totals, mode) },
    { heading: 'time per trial', show: ({ meanDurationMs }) => duration(meanDurationMs) },
  ];
}

/** A column that is called as its version says no name twice. */
function makeupBeside(name: string, reported: ReportedVersion): string {
  return name === reported.version.name ? versionMakeup(reported.version) : versionName(reported);
}

type Totals = ReportedVersion['totals'];

/** The figures of the versions on a line each. */
function Figures({ mode, spending }: { readonly mode: ModelMode; readonly spending: Spending }) {
  const { columns: versions } = useColumns();
  const columns = versionColumns(wrongCounts(versions.map(({ reported }) => reported)), mode);
  return (
    <>
      <ScrollBox label="Versions">
        <table class="versions">
          <thead>
            <tr>
              <th scope="col">version</th>
              {columns.map(({ heading }) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {versions.map(({ key, name, reported }) => (
              <tr key={key}>
                <th scope="row" class="version-name">
                  <b>
                    <Name text={name} />
                  </b>{' '}
                  <span class="soft">
                    <Name text={[makeupBeside(name, reported), gitName(reported)].filter(Boolean).join(' · ')} />
                  </span>
                </th>
                {columns.map(({ heading, show }) => (
                  <td key={heading} data-heading={heading}>
                    {show(reported.totals)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <ConfusionView />
      <p class="soft spending">
        {spendingSentence(spending)}
        {spending.dollars === undefined ? '' : ` · ${cost(spending.dollars, mode)}`}
      </p>
    </>
  );
}
