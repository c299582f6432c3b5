import { useMemo, useState } from 'preact/hooks';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { cost, count, duration, percent } from '../../text/figures.ts';
import { trialsOf, useColumns } from './columns.ts';
import { Name } from './foreign.tsx';
import { Histogram, quantile, sorted } from './histogram.tsx';
import type { PageCase, PageTrial } from './page-data.ts';
import { linkTo } from './route.ts';
import { ScrollBox } from './scroll-box.tsx';

/** What trials cost in dollars, tokens and time, all versions side by side; how two of them are spread. */
export function CostView({ mode, cases }: { readonly mode: ModelMode; readonly cases: readonly PageCase[] }) {
  const { columns, judged } = useColumns();
  const [pair, setPair] = useState<readonly [number, number]>([judged === 0 ? columns.length - 1 : 0, judged]);
  const trials = useMemo(() => columns.map((_, column) => cases.flatMap((each) => trialsOf(each, columns, column))), [columns, cases]);
  const values = (column: number, of: (trial: PageTrial) => number) => (trials[column] ?? []).map(of);
  const [one, other] = pair;
  const names = [columns[one]?.name ?? '', columns[other]?.name ?? ''] as const;
  const isAlone = columns.length < 2;
  const histogram = (title: string, of: (trial: PageTrial) => number, show: (value: number) => string) => (
    <Histogram title={title} names={names} baseline={isAlone ? [] : values(one, of)} candidate={values(other, of)} show={show} />
  );
  return (
    <section class="wide" aria-labelledby="cost">
      <h2 id="cost">Cost and latency</h2>
      {mode !== 'live' && <p class="note warn">Times of a {mode} model say nothing about a real one.</p>}
      <ScrollBox label="Means">
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">per trial</th>
              {columns.map(({ key, name }) => (
                <th scope="col" key={key}>
                  <Name text={name} />
                </th>
              ))}
              {columns.length === 2 && <th scope="col">change of the mean</th>}
            </tr>
          </thead>
          <tbody>
            <CostRow
              name="dollars, mean"
              show={(value) => cost(value, mode)}
              values={columns.map(({ reported }) => reported.totals.meanDollars)}
            />
            <CostRow name="tokens, mean" show={count} values={columns.map(({ reported }) => reported.totals.meanTokens)} />
            <CostRow name="time, mean" show={duration} values={columns.map(({ reported }) => reported.totals.meanDurationMs)} />
            <tr>
              <th scope="row">time, half below · 95 % below</th>
              {columns.map(({ key }, column) => (
                <td key={key}>{spread(values(column, ({ durationMs }) => durationMs))}</td>
              ))}
              {columns.length === 2 && <td />}
            </tr>
          </tbody>
        </table>
      </ScrollBox>
      <p class="soft legend-line">
        {!isAlone && (
          <>
            <span class="swatch outline" /> <ColumnChoice chosen={one} onChoose={(column) => setPair([column, other])} />{' '}
          </>
        )}
        <span class="swatch bar" /> <ColumnChoice chosen={other} onChoose={(column) => setPair([one, column])} /> · share of trials
      </p>
      <div class="charts">
        {histogram('Time per trial', ({ durationMs }) => durationMs, duration)}
        {histogram('Tokens per trial', ({ tokens }) => tokens, count)}
      </div>
      <Dearest cases={cases} />
    </section>
  );
}

/** The name of a column, to be chosen where there are more than two. */
function ColumnChoice({ chosen, onChoose }: { readonly chosen: number; readonly onChoose: (column: number) => void }) {
  const { columns } = useColumns();
  if (columns.length < 3) return <Name text={columns[chosen]?.name ?? ''} />;
  return (
    <select aria-label="version" value={String(chosen)} onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}>
      {columns.map(({ key, name }, column) => (
        <option key={key} value={String(column)}>
          {name}
        </option>
      ))}
    </select>
  );
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const ordered = sorted(values);
  return `${duration(quantile(ordered, 0.5))} · ${duration(quantile(ordered, 0.95))}`;
}

interface CostRowProps {
  readonly name: string;
  readonly show: (value: number) => string;
  /** One a column. */
  readonly values: readonly (number | undefined)[];
}

function CostRow({ name, show, values }: CostRowProps) {
  const [before, after] = values;
  const change = before && after !== undefined ? after / before - 1 : undefined;
  return (
    <tr>
      <th scope="row">{name}</th>
      {values.map((value, column) => (
        <td key={column}>{value === undefined ? '–' : show(value)}</td>
      ))}
      {values.length === 2 && <td>{change === undefined ? '–' : `${change < 0 ? '−' : '+'}${percent(Math.abs(change))}`}</td>}
    </tr>
  );
}

/** The cases that use most tokens. */
function Dearest({ cases }: { readonly cases: readonly PageCase[] }) {
  const { columns, judged } = useColumns();
  const mean = (each: PageCase, column: number) => {
    const trials = trialsOf(each, columns, column);
    return trials.length === 0 ? undefined : trials.reduce((sum, { tokens }) => sum + tokens, 0) / trials.length;
  };
  const rows = cases
    .map((each) => ({ id: each.id, means: columns.map((_, column) => mean(each, column)) }))
    .sort((one, other) => (other.means[judged] ?? 0) - (one.means[judged] ?? 0))
    .slice(0, 10);
  return (
    <>
      <h3>Cases that use the most tokens</h3>
      <ScrollBox label="Cases that use the most tokens">
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">case</th>
              {columns.map(({ key, name }) => (
                <th scope="col" key={key}>
                  <Name text={name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, means }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={linkTo({ caseId: id })}>
                    <Name text={id} />
                  </a>
                </th>
                {means.map((value, column) => (
                  <td key={column}>{value === undefined ? '–' : count(value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  );
}
