import { caseHeadline } from '../words.ts';
import { useColumns } from './columns.ts';
import { Name } from './foreign.tsx';
import type { PageArm, PageCase, PageColumn } from './page-data.ts';
import { goTo, linkTo, parseRoute } from './route.ts';
import type { Selection } from './selection.ts';
import { ShapeLegend, shareOf, TrialDots } from './trial-shape.tsx';
import { VirtualRows } from './virtual-rows.tsx';

export interface MatrixViewProps {
  readonly listed: readonly PageCase[];
  readonly selection: Selection;
  readonly selectedId: string | undefined;
}

/** Every case under every version, a dot a trial; sorted by the column whose head is pressed. */
export function MatrixView({ listed, selection, selectedId }: MatrixViewProps) {
  const { columns } = useColumns();
  return (
    <section class="wide" aria-labelledby="matrix">
      <h2 id="matrix">Cases and versions</h2>
      <ShapeLegend />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it, a keyboard cannot scroll many versions sideways */}
      <section class="matrix-box" aria-label="Matrix" tabIndex={0} style={{ '--columns': columns.length }}>
        <div class="matrix-row head">
          <SortButton name="case" of="case" selection={selection} />
          {columns.map(({ key, name }) => (
            <SortButton key={key} name={name} of={key} selection={selection} />
          ))}
        </div>
        {listed.length === 0 ? (
          <p class="soft empty">No cases match.</p>
        ) : (
          <VirtualRows
            label="Cases and versions"
            rows={listed.length}
            rowHeight={64}
            selected={listed.findIndex(({ id }) => id === selectedId)}
          >
            {(row) => {
              const each = listed[row];
              return each && <MatrixRow each={each} columns={columns} selected={each.id === selectedId} />;
            }}
          </VirtualRows>
        )}
      </section>
    </section>
  );
}

/** Sorts by a column, and the other way round when it is pressed again; a third time as the report has it. */
function SortButton({ name, of, selection }: { readonly name: string; readonly of: string; readonly selection: Selection }) {
  const way = selection.sort === of ? 'up' : selection.sort === `-${of}` ? 'down' : undefined;
  const press = () => {
    const { sort: _, ...rest } = selection;
    const next = way === undefined ? of : way === 'up' ? `-${of}` : undefined;
    goTo({ ...parseRoute(location.hash), selection: next === undefined ? rest : { ...rest, sort: next } }, { replace: true });
  };
  return (
    <button type="button" class="sort" onClick={press} aria-pressed={way !== undefined}>
      <Name text={name} />
      <span aria-hidden="true">{way === 'up' ? ' ↑' : way === 'down' ? ' ↓' : ''}</span>
      <span class="unseen">{way === undefined ? ', sort by it' : way === 'up' ? ', sorted, least first' : ', sorted, most first'}</span>
    </button>
  );
}

interface MatrixRowProps {
  readonly each: PageCase;
  readonly columns: readonly PageColumn[];
  readonly selected: boolean;
}

function MatrixRow({ each, columns, selected }: MatrixRowProps) {
  const { mark, name, tone } = caseHeadline(each);
  return (
    <a class={`matrix-row ${tone}`} href={linkTo({ caseId: each.id })} aria-current={selected ? 'true' : undefined}>
      <span class="matrix-case">
        <span class="case-id">
          <Name text={each.id} />
        </span>
        <span class="change">
          <span aria-hidden="true">{mark}</span> {name}
          {each.critical && <b> · critical</b>}
        </span>
      </span>
      {each.arms.map((arm, column) => (
        <ArmDots key={columns[column]?.key} arm={arm} most={columns.length > 3 ? 10 : 40} />
      ))}
    </a>
  );
}

function ArmDots({ arm, most }: { readonly arm: PageArm; readonly most: number }) {
  return (
    <span class="matrix-cell">
      <TrialDots arm={arm} most={most} />
      <span class="figures soft">{shareOf(arm)}</span>
    </span>
  );
}
