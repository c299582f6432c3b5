import type { ModelMode } from '../../contracts/model-mode.ts';
import type { ComparedHead, ReportedVersion, ReportHead } from '../../contracts/verdict.ts';
import { cost, count, duration, percent } from '../../text/figures.ts';
import { costPerTrial, detectableSentence, gitName, headlineOf, modeNotes, sentenceOf, spendingSentence, versionName } from '../words.ts';
import { type WrongCount, wrongCounts } from '../wrong-counts.ts';
import { AccusedList, ChangedFileList } from './accused-list.tsx';
import { AttributionTable } from './attribution-table.tsx';
import { ConfusionView } from './confusion-view.tsx';
import { EvidenceFigure } from './evidence-figure.tsx';
import { Name } from './foreign.tsx';
import { Guarded } from './guarded.tsx';
import { HeadlineView } from './headline-view.tsx';
import { NoticeList } from './notice-list.tsx';
import type { PageCase, PageIndex } from './page-data.ts';
import { RuleList } from './rule-list.tsx';
import { ScrollBox } from './scroll-box.tsx';
import { useSideNames } from './side-names.ts';

/** The verdict with its evidence: the first thing on the page. Compact, it makes room for another view. */
export function VerdictView({ index: { report, cases }, compact }: { readonly index: PageIndex; readonly compact: boolean }) {
  const compared = 'candidate' in report ? report : undefined;
  const detectable = detectableSentence(report);
  return (
    <section class="verdict" aria-labelledby="verdict">
      <HeadlineView headline={headlineOf(report)} sentence={sentenceOf(report, cases)} />
      {!compact && (
        <Guarded what="the changed rules">
          <RuleList report={report} />
        </Guarded>
      )}
      {compared && compared.mode !== 'live' && (
        <p class="mode" role="note">
          <b>{compared.mode} model</b> {modeNotes[compared.mode]}
        </p>
      )}
      {compared && !compact && <Figures report={compared} />}
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
          <About report={report} cases={cases} detectable={detectable} />
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
  readonly report: ReportHead;
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
      <p class="rerun">
        <span class="soft">Rerun:</span>{' '}
        <code>
          <Name text={report.rerun} />
        </code>
      </p>
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

type Totals = ReportedVersion['totals'];

/** The figures of both versions on a line each. */
function Figures({ report }: { readonly report: ComparedHead }) {
  const { baseline, candidate, spending, mode } = report;
  const names = useSideNames();
  const rows = [
    { side: 'baseline' as const, ...baseline },
    { side: 'candidate' as const, ...candidate },
  ];
  const columns = versionColumns(wrongCounts([baseline, candidate]), mode);
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
            {rows.map(({ side, ...reported }) => (
              <tr key={side}>
                <th scope="row" class="version-name">
                  <b>{names[side]}</b>{' '}
                  <span class="soft">
                    <Name text={[versionName(reported), gitName(reported)].filter(Boolean).join(' · ')} />
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
      <ConfusionView report={report} />
      <p class="soft spending">
        {spendingSentence(spending)}
        {spending.dollars === undefined ? '' : ` · ${cost(spending.dollars, mode)}`}
      </p>
    </>
  );
}
