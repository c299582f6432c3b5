import { counted, percent, ratio } from '../../text/figures.ts';
import { type PackedTrial, type PageArm, type PageTrial, trialWords } from './page-data.ts';

/** Shapes by outcome, drawn in a square of 10 x 10, so that none needs its colour: disc, cross, triangle, square with a bar. */
const shapes = {
  pass: 'M5 1a4 4 0 1 0 0 8a4 4 0 1 0 0-8z',
  fail: 'M1 2.4 2.4 1 5 3.6 7.6 1 9 2.4 6.4 5 9 7.6 7.6 9 5 6.4 2.4 9 1 7.6 3.6 5z',
  undecided: 'M5 1 9.4 9H.6z',
  infra: 'M1 1h8v8H1zM2.3 2.3v5.4h5.4V2.3zM4.4 3h1.2v4H4.4z',
} as const;
export type ShapeName = keyof typeof shapes;

const shapeWords: Readonly<Record<ShapeName, string>> = {
  pass: 'passed',
  fail: 'failed',
  undecided: 'failed without a decision',
  infra: 'infra error, not counted',
};

export function shapeOf({ pass, outcome }: Pick<PageTrial, 'pass' | 'outcome'>): ShapeName {
  if (pass) return 'pass';
  return outcome === 'decided' ? 'fail' : 'undecided';
}

/** The shape of one trial. */
export function TrialShape({ shape }: { readonly shape: ShapeName }) {
  return (
    <svg class={`shape ${shape}`} viewBox="0 0 10 10" width="12" height="12" aria-hidden="true">
      <path d={shapes[shape]} fill-rule="evenodd" />
    </svg>
  );
}

/** What the shapes mean. */
export function ShapeLegend() {
  return (
    <ul class="legend">
      {(Object.keys(shapes) as ShapeName[]).map((shape) => (
        <li key={shape}>
          <TrialShape shape={shape} /> {shapeWords[shape]}
        </li>
      ))}
    </ul>
  );
}

/** Distance between two dots, in pixels. */
const pitch = 12;

/** A dot a trial, all dots of a side as one image: four paths, however many trials there are. Beyond `most`, the rest is a figure. */
export function TrialDots({ arm, most }: { readonly arm: PageArm; readonly most: number }) {
  const trials: ShapeName[] = [
    ...arm.trials.map(([, , pass, outcome]: PackedTrial) =>
      shapeOf({ pass: pass === 1, outcome: trialWords.outcomes[outcome] ?? 'no-decision' }),
    ),
    ...arm.infraErrors.map((): ShapeName => 'infra'),
  ];
  const label = `${ratio(arm)} pass${arm.infraErrors.length > 0 ? `, ${counted(arm.infraErrors.length, 'infra error')}` : ''}`;
  if (trials.length === 0) return <span class="dots soft">{arm.runs > 0 ? 'counts only' : 'not run'}</span>;
  return <ShapeRow shapes={trials} most={most} label={label} />;
}

interface ShapeRowProps {
  readonly shapes: readonly ShapeName[];
  readonly most: number;
  /** Says what they say; counted where it is not given. */
  readonly label?: string;
}

/** Shapes in a row, as one image. Beyond `most`, the rest is a figure. */
export function ShapeRow({
  shapes: trials,
  most,
  label = `${trials.filter((shape) => shape === 'pass').length} of ${trials.length} pass`,
}: ShapeRowProps) {
  const drawn = trials.slice(0, most);
  const paths = new Map<ShapeName, number[]>();
  for (const [index, shape] of drawn.entries()) paths.set(shape, [...(paths.get(shape) ?? []), index]);
  return (
    <span class="dots">
      {drawn.length > 0 && (
        <svg role="img" aria-label={label} width={drawn.length * pitch} height={pitch} viewBox={`0 0 ${drawn.length * pitch} ${pitch}`}>
          {[...paths].map(([shape, places]) => (
            <g key={shape} class={`shape ${shape}`}>
              {places.map((place) => (
                <path key={place} transform={`translate(${place * pitch + 1} 1)`} d={shapes[shape]} fill-rule="evenodd" />
              ))}
            </g>
          ))}
        </svg>
      )}
      {trials.length > drawn.length && <span class="soft">+{trials.length - drawn.length}</span>}
    </span>
  );
}

/** A trial in words, for link texts. */
export function trialWordsOf({ purpose, number, pass, outcome }: PageTrial, columnName: string): string {
  return `${columnName}, ${purpose === 'compare' ? '' : `${purpose} `}trial ${number}: ${shapeWords[shapeOf({ pass, outcome })]}${outcome === 'decided' ? '' : ` (${outcome})`}`;
}

/** `7 of 10 · 70 %`. */
export function shareOf(arm: PageArm): string {
  return arm.runs === 0 ? 'not run' : `${ratio(arm)} · ${percent(arm.passes / arm.runs)}`;
}
