import { percent } from '../../text/figures.ts';
import { useColumns } from './columns.ts';
import { Name } from './foreign.tsx';
import type { PageArm, PageCase } from './page-data.ts';
import { linkTo } from './route.ts';
import { VirtualRows } from './virtual-rows.tsx';

/** Do the repeats of a case agree? A letter an answer, a tile a trial; cases whose repeats differ most come first. */
export function ConsistencyView({ cases }: { readonly cases: readonly PageCase[] }) {
  const { columns } = useColumns();
  const repeated = cases.filter(({ arms }) => arms.some(({ agreement }) => agreement !== undefined));
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
        <VirtualRows label="Agreement of repeats" rows={ordered.length} rowHeight={56 + 28 * columns.length}>
          {(row) => {
            const each = ordered[row];
            return each && <ConsistencyRow each={each} />;
          }}
        </VirtualRows>
      )}
    </section>
  );
}

function leastAgreement({ arms }: PageCase): number {
  return Math.min(...arms.map(({ agreement = 1 }) => agreement));
}

function ConsistencyRow({ each }: { readonly each: PageCase }) {
  const { columns } = useColumns();
  return (
    <a class="consistency-row" href={linkTo({ caseId: each.id })}>
      <span class="case-id">
        <Name text={each.id} />
      </span>
      {each.arms.map((arm, column) => (
        <Tiles key={column} name={columns[column]?.name ?? ''} arm={arm} />
      ))}
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

/** Most tiles of a column that are drawn. */
const most = 30;

function Tiles({ name, arm }: { readonly name: string; readonly arm: PageArm }) {
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
