import { percent } from '../../text/figures.ts';
import { Name } from './foreign.tsx';
import type { PageArm, PageCase, Side } from './page-data.ts';
import { linkTo } from './route.ts';
import { useSideNames } from './side-names.ts';
import { VirtualRows } from './virtual-rows.tsx';

/** Do the repeats of a case agree? A letter an answer, a tile a trial; cases whose repeats differ most come first. */
export function ConsistencyView({ cases }: { readonly cases: readonly PageCase[] }) {
  const repeated = cases.filter(({ baseline, candidate }) => baseline.agreement !== undefined || candidate.agreement !== undefined);
  const ordered = repeated.toSorted((one, other) => leastAgreement(one) - leastAgreement(other));
  return (
    <section class="wide" aria-labelledby="consistency">
      <h2 id="consistency">Do repeats agree?</h2>
      <p class="soft">
        The same letter is the same answer, prose aside. The percentage is the share of pairs of repeats that agree, as the scorer compares
        them. Cases whose repeats differ most come first.
      </p>
      {ordered.length === 0 ? (
        <p class="soft empty">No case was run more than once.</p>
      ) : (
        <VirtualRows label="Agreement of repeats" rows={ordered.length} rowHeight={112}>
          {(row) => {
            const each = ordered[row];
            return each && <ConsistencyRow each={each} />;
          }}
        </VirtualRows>
      )}
    </section>
  );
}

function leastAgreement({ baseline, candidate }: PageCase): number {
  return Math.min(baseline.agreement ?? 1, candidate.agreement ?? 1);
}

function ConsistencyRow({ each }: { readonly each: PageCase }) {
  return (
    <a class="consistency-row" href={linkTo({ caseId: each.id })}>
      <span class="case-id">
        <Name text={each.id} />
      </span>
      <Tiles side="baseline" arm={each.baseline} />
      <Tiles side="candidate" arm={each.candidate} />
      <span class="answers soft">
        {each.answers.slice(0, 3).map((answer, index) => (
          <span key={answer}>
            <b>{letterOf(index)}</b> <Name text={answer} />{' '}
          </span>
        ))}
      </span>
    </a>
  );
}

/** Most tiles of a side that are drawn. */
const most = 30;

function Tiles({ side, arm }: { readonly side: Side; readonly arm: PageArm }) {
  const name = useSideNames()[side];
  const letters = arm.trials.map(([, , , , answer]) => letterOf(answer));
  const size = 16;
  const drawn = letters.slice(0, most);
  return (
    <span class="tiles">
      <span class="soft">{name}</span>
      {drawn.length > 0 && (
        <svg
          role="img"
          aria-label={`${name} answers: ${drawn.join(' ')}`}
          width={drawn.length * size}
          height={size}
          viewBox={`0 0 ${drawn.length * size} ${size}`}
        >
          {drawn.map((letter, index) => (
            <g
              key={index}
              class={`tile answer-${Math.min(3, 'ABC'.indexOf(letter) < 0 ? 3 : 'ABC'.indexOf(letter))}`}
              transform={`translate(${index * size} 0)`}
            >
              <rect width={size - 2} height={size} rx={2} />
              <text x={(size - 2) / 2} y={12} text-anchor="middle">
                {letter}
              </text>
            </g>
          ))}
        </svg>
      )}
      {letters.length > most && <span class="soft">+{letters.length - most}</span>}
      <b class="figures">{arm.agreement === undefined ? '–' : percent(arm.agreement)}</b>
    </span>
  );
}

/** `A` for the most frequent answer; `·` for one that has no letter. */
function letterOf(answer: number): string {
  return answer < 0 ? '·' : String.fromCharCode(65 + answer);
}
