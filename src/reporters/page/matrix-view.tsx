import { changeNames } from '../words.ts';
import { Name } from './foreign.tsx';
import type { PageCase } from './page-data.ts';
import { linkTo } from './route.ts';
import { useSideNames } from './side-names.ts';
import { ShapeLegend, shareOf, TrialDots } from './trial-shape.tsx';
import { VirtualRows } from './virtual-rows.tsx';

/** Every case under both versions, a dot a trial. */
export function MatrixView({ cases, selectedId }: { readonly cases: readonly PageCase[]; readonly selectedId: string | undefined }) {
  const names = useSideNames();
  return (
    <section class="wide" aria-labelledby="matrix">
      <h2 id="matrix">Cases and versions</h2>
      <ShapeLegend />
      <div class="matrix-row head" aria-hidden="true">
        <span>case</span>
        <span>{names.baseline}</span>
        <span>{names.candidate}</span>
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
  const { mark, name, tone } = changeNames[each.change];
  return (
    <a class={`matrix-row ${tone}`} href={linkTo({ caseId: each.id })} aria-current={selected ? 'true' : undefined}>
      <span class="matrix-case">
        <span class="case-id">
          <Name text={each.id} />
        </span>
        <span class="change">
          <span aria-hidden="true">{mark}</span> {name}
        </span>
      </span>
      {[each.baseline, each.candidate].map((arm, index) => (
        <span class="matrix-cell" key={index}>
          <TrialDots arm={arm} most={40} />
          <span class="figures soft">{shareOf(arm)}</span>
        </span>
      ))}
    </a>
  );
}
