import { percent, ratio } from '../../text/figures.ts';

/** One earlier run. */
export interface TrendPoint {
  readonly at: string;
  readonly commit?: string | undefined;
  readonly passes: number;
  readonly runs: number;
}

const width = 320;
const height = 64;
const inset = 8;
/** Room for the names of the two lines. */
const scale = 42;

/** Pass rates over time as a line from 0 to 100 %; the table behind it says the same in figures. */
export function Sparkline({ points, label }: { readonly points: readonly TrendPoint[]; readonly label: string }) {
  const shares = points.map(({ passes, runs }) => (runs === 0 ? 0 : passes / runs));
  const step = (width - inset - scale) / Math.max(1, points.length - 1);
  const place = (share: number, index: number) => ({ x: inset + index * step, y: inset + (1 - share) * (height - 2 * inset) });
  const line = shares.map(
    (share, index) => `${index === 0 ? 'M' : 'L'}${place(share, index).x.toFixed(1)} ${place(share, index).y.toFixed(1)}`,
  );
  return (
    <figure class="sparkline">
      <svg role="img" aria-label={`${label}: ${shares.map(percent).join(', ')}`} viewBox={`0 0 ${width} ${height}`}>
        <path class="grid" d={`M${inset} ${inset}H${width - scale}M${inset} ${height - inset}H${width - scale}`} />
        {[1, 0].map((share) => (
          <text key={share} class="tick" x={width - scale + 8} y={place(share, 0).y} dominant-baseline="central">
            {percent(share)}
          </text>
        ))}
        <path class="line" d={line.join('')} />
        {shares.map((share, index) => (
          <circle key={points[index]?.at} class="point" cx={place(share, index).x} cy={place(share, index).y} r={3}>
            <title>{pointText(points[index])}</title>
          </circle>
        ))}
      </svg>
      <figcaption class="soft">
        {points[0]?.at.slice(0, 10)} to {points.at(-1)?.at.slice(0, 10)} · last {ratio(points.at(-1) ?? { passes: 0, runs: 0 })}
      </figcaption>
    </figure>
  );
}

function pointText(point: TrendPoint | undefined): string {
  return point ? `${point.at.slice(0, 10)}${point.commit ? ` ${point.commit.slice(0, 10)}` : ''}: ${ratio(point)}` : '';
}
