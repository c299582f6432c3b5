import type { ReportedEvidence } from '../../contracts/verdict.ts';
import { counted, points, statistic } from '../../text/figures.ts';
import { evidenceTexts } from '../words.ts';
import { Name } from './foreign.tsx';

const width = 300;
const middle = 18;

/** The gate's evidence: an interval for the suite against its margin, and the e-value of the strongest case against its threshold. */
export function EvidenceFigure({ evidence }: { readonly evidence: ReportedEvidence }) {
  const { round, case: strongest, critical, suite } = evidence;
  const texts = evidenceTexts(evidence);
  return (
    <section class="panel" aria-labelledby="evidence">
      <h2 id="evidence">Evidence</h2>
      <h3>
        Strongest case: <Name text={strongest.caseId} />
      </h3>
      <ScaleOfEvidence mean={strongest.meanEValue} threshold={strongest.threshold} />
      <p class="soft">{sentence(texts.case)}</p>
      {critical && texts.critical !== undefined && (
        <>
          <h3>
            Critical case: <Name text={critical.caseId} />
          </h3>
          <p class="soft">{sentence(texts.critical)}</p>
        </>
      )}
      <h3>Suite, {counted(round, 'round')}</h3>
      <DropInterval {...suite} />
      <p class="soft">{sentence(texts.suite)}</p>
    </section>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A bar on a logarithmic scale from 0.01 to the square of the threshold; the line is the threshold. */
function ScaleOfEvidence({ mean, threshold }: { readonly mean: number; readonly threshold: number }) {
  const low = Math.log(0.01);
  const high = Math.log(threshold * threshold);
  const place = (value: number) => Math.min(width, Math.max(0, ((Math.log(Math.max(value, 0.01)) - low) / (high - low)) * width));
  return (
    <svg
      role="img"
      class="scale"
      aria-label={`evidence ${statistic(mean)} on average over the cases, blocks at ${statistic(threshold)}`}
      viewBox={`0 0 ${width} 26`}
    >
      <rect class="track" width={width} height={8} y={middle - 4} rx={4} />
      <rect class={mean >= threshold ? 'bar-bad' : 'bar-calm'} width={place(mean)} height={8} y={middle - 4} rx={4} />
      <path class="limit" d={`M${place(threshold)} 6V26`} />
      <text x={place(threshold) - 4} y={8} text-anchor="end">
        blocks
      </text>
    </svg>
  );
}

/** The change of the pass rate with its bounds, between -50 and +50 points at most; the line is the margin. */
function DropInterval({ drop, margin }: ReportedEvidence['suite']) {
  const reach = Math.min(1, Math.max(0.1, Math.abs(drop.low), Math.abs(drop.high), margin) * 1.15);
  const place = (change: number) => ((Math.min(reach, Math.max(-reach, change)) + reach) / (2 * reach)) * width;
  return (
    <svg
      role="img"
      class="scale"
      aria-label={`change of the pass rate ${points(-drop.value)}, margin ${points(-margin)}`}
      viewBox={`0 0 ${width} 26`}
    >
      <path class="grid" d={`M0 ${middle}H${width}M${width / 2} ${middle - 6}V${middle + 6}`} />
      <path class="limit" d={`M${place(-margin)} 6V26`} />
      <text x={place(-margin) - 4} y={8} text-anchor="end">
        margin
      </text>
      <text x={width / 2 + 4} y={8}>
        0
      </text>
      <path class="interval" d={`M${place(-drop.high)} ${middle}H${place(-drop.low)}`} />
      <circle class="point" cx={place(-drop.value)} cy={middle} r={5} />
    </svg>
  );
}
