import type { ComparedHead } from '../../contracts/verdict.ts';
import { cost, count, duration, percent } from '../../text/figures.ts';
import { Name } from './foreign.tsx';
import { Histogram, quantile, sorted } from './histogram.tsx';
import type { PageCase, PageTrial, Side } from './page-data.ts';
import { linkTo } from './route.ts';
import { ScrollBox } from './scroll-box.tsx';
import { useSideNames } from './side-names.ts';
import { trialsOf } from './trial-shape.tsx';

/** What trials cost in dollars, tokens and time, both versions side by side. */
export function CostView({ report, cases }: { readonly report: ComparedHead; readonly cases: readonly PageCase[] }) {
  const names = useSideNames();
  const trials = { baseline: allTrials(cases, 'baseline'), candidate: allTrials(cases, 'candidate') };
  const times = (side: Side) => trials[side].map(({ durationMs }) => durationMs);
  const tokens = (side: Side) => trials[side].map((trial) => trial.tokens);
  return (
    <section class="wide" aria-labelledby="cost">
      <h2 id="cost">Cost and latency</h2>
      {report.mode !== 'live' && <p class="note warn">Times of a {report.mode} model say nothing about a real one.</p>}
      <ScrollBox label="Means">
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">per trial</th>
              <th scope="col">{names.baseline}</th>
              <th scope="col">{names.candidate}</th>
              <th scope="col">change of the mean</th>
            </tr>
          </thead>
          <tbody>
            <CostRow
              name="dollars, mean"
              show={(value) => cost(value, report.mode)}
              baseline={report.baseline.totals.meanDollars}
              candidate={report.candidate.totals.meanDollars}
            />
            <CostRow
              name="tokens, mean"
              show={count}
              baseline={report.baseline.totals.meanTokens}
              candidate={report.candidate.totals.meanTokens}
            />
            <CostRow
              name="time, mean"
              show={duration}
              baseline={report.baseline.totals.meanDurationMs}
              candidate={report.candidate.totals.meanDurationMs}
            />
            <tr>
              <th scope="row">time, half below · 95 % below</th>
              <td>{spread(times('baseline'))}</td>
              <td>{spread(times('candidate'))}</td>
              <td />
            </tr>
          </tbody>
        </table>
      </ScrollBox>
      <p class="soft legend-line">
        <span class="swatch outline" /> {names.baseline} <span class="swatch bar" /> {names.candidate} · share of trials
      </p>
      <div class="charts">
        <Histogram title="Time per trial" baseline={times('baseline')} candidate={times('candidate')} show={duration} />
        <Histogram title="Tokens per trial" baseline={tokens('baseline')} candidate={tokens('candidate')} show={count} />
      </div>
      <Dearest cases={cases} />
    </section>
  );
}

function allTrials(cases: readonly PageCase[], side: Side): PageTrial[] {
  return cases.flatMap((each) => trialsOf(each[side], side));
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const ordered = sorted(values);
  return `${duration(quantile(ordered, 0.5))} · ${duration(quantile(ordered, 0.95))}`;
}

interface CostRowProps {
  readonly name: string;
  readonly show: (value: number) => string;
  readonly baseline: number | undefined;
  readonly candidate: number | undefined;
}

function CostRow({ name, show, baseline, candidate }: CostRowProps) {
  const change = baseline && candidate !== undefined ? candidate / baseline - 1 : undefined;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{baseline === undefined ? '–' : show(baseline)}</td>
      <td>{candidate === undefined ? '–' : show(candidate)}</td>
      <td>{change === undefined ? '–' : `${change < 0 ? '−' : '+'}${percent(Math.abs(change))}`}</td>
    </tr>
  );
}

/** The cases that use most tokens. */
function Dearest({ cases }: { readonly cases: readonly PageCase[] }) {
  const names = useSideNames();
  const mean = (each: PageCase, side: Side) => {
    const trials = trialsOf(each[side], side);
    return trials.length === 0 ? undefined : trials.reduce((sum, { tokens }) => sum + tokens, 0) / trials.length;
  };
  const rows = cases
    .map((each) => ({ id: each.id, baseline: mean(each, 'baseline'), candidate: mean(each, 'candidate') }))
    .sort((one, other) => (other.candidate ?? 0) - (one.candidate ?? 0))
    .slice(0, 10);
  return (
    <>
      <h3>Cases that use the most tokens</h3>
      <ScrollBox label="Cases that use the most tokens">
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">case</th>
              <th scope="col">{names.baseline}</th>
              <th scope="col">{names.candidate}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, baseline, candidate }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={linkTo({ caseId: id })}>
                    <Name text={id} />
                  </a>
                </th>
                <td>{baseline === undefined ? '–' : count(baseline)}</td>
                <td>{candidate === undefined ? '–' : count(candidate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  );
}
