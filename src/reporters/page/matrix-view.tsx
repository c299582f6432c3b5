import type { ComponentChildren } from 'preact';
import { changeNames } from '../words.ts';
import { Name } from './foreign.tsx';
import type { PageArm, PageCase, Side } from './page-data.ts';
import { linkTo } from './route.ts';
import { useSideNames } from './side-names.ts';
import { ShapeLegend, shareOf, TrialDots } from './trial-shape.tsx';
import { VirtualRows } from './virtual-rows.tsx';

/** A column of the table of cases. */
interface MatrixColumn {
  readonly heading: (names: Readonly<Record<Side, string>>) => string;
  readonly cell: (each: PageCase) => ComponentChildren;
}

/** All columns, in reading order; the first names the case. */
const columns: readonly MatrixColumn[] = [
  { heading: () => 'case', cell: (each) => <CaseName each={each} /> },
  { heading: ({ baseline }) => baseline, cell: ({ baseline }) => <ArmDots arm={baseline} /> },
  { heading: ({ candidate }) => candidate, cell: ({ candidate }) => <ArmDots arm={candidate} /> },
];

/** Every case under both versions, a dot a trial. */
export function MatrixView({ cases, selectedId }: { readonly cases: readonly PageCase[]; readonly selectedId: string | undefined }) {
  const names = useSideNames();
  return (
    <section class="wide" aria-labelledby="matrix">
      <h2 id="matrix">Cases and versions</h2>
      <ShapeLegend />
      <div class="matrix-row head" aria-hidden="true">
        {columns.map(({ heading }, index) => (
          <span key={index}>{heading(names)}</span>
        ))}
      </div>
      <VirtualRows label="Cases and versions" rows={cases.length} rowHeight={64} selected={cases.findIndex(({ id }) => id === selectedId)}>
        {(row) => {
          const each = cases[row];
          return each && <MatrixRow each={each} selected={each.id === selectedId} />;
        }}
      </VirtualRows>
    </section>
  );
}

function MatrixRow({ each, selected }: { readonly each: PageCase; readonly selected: boolean }) {
  return (
    <a
      class={`matrix-row ${changeNames[each.change].tone}`}
      href={linkTo({ caseId: each.id })}
      aria-current={selected ? 'true' : undefined}
    >
      {columns.map(({ cell }, index) => (
        <span class={index === 0 ? 'matrix-case' : 'matrix-cell'} key={index}>
          {cell(each)}
        </span>
      ))}
    </a>
  );
}

function CaseName({ each }: { readonly each: PageCase }) {
  const { mark, name } = changeNames[each.change];
  return (
    <>
      <span class="case-id">
        <Name text={each.id} />
      </span>
      <span class="change">
        <span aria-hidden="true">{mark}</span> {name}
      </span>
    </>
  );
}

function ArmDots({ arm }: { readonly arm: PageArm }) {
  return (
    <>
      <TrialDots arm={arm} most={40} />
      <span class="figures soft">{shareOf(arm)}</span>
    </>
  );
}
