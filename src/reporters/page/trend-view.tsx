import { ratio } from '../../text/figures.ts';
import { useColumns } from './columns.ts';
import { Name } from './foreign.tsx';
import type { PageCase } from './page-data.ts';
import { linkTo } from './route.ts';
import { Sparkline, type TrendPoint } from './sparkline.tsx';
import { VirtualRows } from './virtual-rows.tsx';

/** Pass rates of earlier runs and of this one: all cases together, then case by case, the worst last run first. */
export function TrendView({ cases }: { readonly cases: readonly PageCase[] }) {
  const known = cases
    .filter(({ history = [] }) => history.length > 1)
    .toSorted((one, other) => lastShare(one) - lastShare(other) || (one.id < other.id ? -1 : 1));
  const together = sumByTime(known);
  const { columns, judged } = useColumns();
  return (
    <section class="wide" aria-labelledby="trend">
      <h2 id="trend">
        <Name text={columns[judged]?.name ?? ''} /> from run to run
      </h2>
      <p class="soft">
        Passes of all trials of each run, the last one being this; runs share stored trials, so neighbours may rest on the same ones.
      </p>
      <div class="trend-all">
        <Sparkline points={together} label="Pass rate of all cases over time" />
      </div>
      <h3>Case by case</h3>
      <VirtualRows label="Earlier runs of each case" rows={known.length} rowHeight={104}>
        {(row) => {
          const each = known[row];
          return (
            each?.history && (
              <a class="trend-row" href={linkTo({ caseId: each.id })}>
                <span class="case-id">
                  <Name text={each.id} />
                </span>
                <Sparkline points={each.history} label={`${each.id}, last ${ratio(each.history.at(-1) ?? { passes: 0, runs: 0 })}`} />
              </a>
            )
          );
        }}
      </VirtualRows>
    </section>
  );
}

function lastShare({ history }: PageCase): number {
  const last = history?.at(-1);
  return last && last.runs > 0 ? last.passes / last.runs : 1;
}

function sumByTime(cases: readonly PageCase[]): TrendPoint[] {
  const sums = new Map<string, TrendPoint>();
  for (const { at, commit, passes, runs } of cases.flatMap(({ history = [] }) => history)) {
    const sum = sums.get(at);
    sums.set(at, { at, commit, passes: passes + (sum?.passes ?? 0), runs: runs + (sum?.runs ?? 0) });
  }
  return [...sums.values()].sort((one, other) => (one.at < other.at ? -1 : 1));
}
