import { percent } from '../../text/figures.ts';

/** Values of two versions. */
export interface HistogramProps {
  readonly title: string;
  /** What the two are called. */
  readonly names: readonly [string, string];
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  readonly show: (value: number) => string;
}

const width = 480;
const height = 150;
const bins = 24;
const left = 8;
const bottom = 22;
/** Room for the height of the tallest bar. */
const top = 16;

/** Two distributions on one axis: the baseline as an outline, the candidate filled, each bar the share of its side's trials. */
export function Histogram({ title, names, baseline, candidate, show }: HistogramProps) {
  const all = [...baseline, ...candidate].sort((one, other) => one - other);
  const low = all[0] ?? 0;
  // The slowest hundredth would press everything else into one bar; it is counted in the last one.
  const high = Math.max(quantile(all, 0.99), low + Number.EPSILON * Math.max(1, low));
  const shares = [sharesOf(baseline, low, high), sharesOf(candidate, low, high)];
  const tallest = Math.max(...shares.flat(), 0.01);
  const barWidth = (width - 2 * left) / bins;
  const y = (share: number) => (height - bottom) * (1 - share / tallest) + top * (share / tallest);
  const outline = (shares[0] ?? []).map((share, index) => `L${left + index * barWidth} ${y(share)}H${left + (index + 1) * barWidth}`);
  return (
    <figure class="histogram">
      <figcaption>{title}</figcaption>
      <svg
        role="img"
        aria-label={`${title}. ${names[0]}: median ${show(quantile(sorted(baseline), 0.5))}; ${names[1]}: median ${show(quantile(sorted(candidate), 0.5))}.`}
        viewBox={`0 0 ${width} ${height}`}
      >
        {(shares[1] ?? []).map((share, index) => (
          <rect
            key={index}
            class="bar"
            x={left + index * barWidth + 1}
            width={barWidth - 2}
            y={y(share)}
            height={Math.max(0, height - bottom - y(share))}
          />
        ))}
        {baseline.length > 0 && (
          <path class="outline" d={`M${left} ${height - bottom}${outline.join('')}L${width - left} ${height - bottom}`} />
        )}
        <path class="grid" d={`M${left} ${height - bottom}H${width - left}M${left} ${top}H${width - left}`} />
        <text x={left} y={height - 6}>
          {show(low)}
        </text>
        <text x={width / 2} y={height - 6} text-anchor="middle">
          {show((low + high) / 2)}
        </text>
        <text x={width - left} y={height - 6} text-anchor="end">
          {show(high)}
          {(all.at(-1) ?? high) > high && ' and more'}
        </text>
        <text x={left} y={12}>
          {percent(tallest)}
        </text>
      </svg>
    </figure>
  );
}

function sharesOf(values: readonly number[], low: number, high: number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * bins)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((number) => (values.length === 0 ? 0 : number / values.length));
}

export function sorted(values: readonly number[]): number[] {
  return values.toSorted((one, other) => one - other);
}

/** The value below which this share of the sorted values lies (nearest rank); 0 when there is none. */
export function quantile(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.max(0, Math.ceil(share * values.length) - 1))] ?? 0;
}
