import { count, ratio } from '../../text/figures.ts';
import { caseHeadline } from '../words.ts';
import { useColumns } from './columns.ts';
import { Name } from './foreign.tsx';
import type { PageCase } from './page-data.ts';
import { linkTo } from './route.ts';
import { VirtualRows } from './virtual-rows.tsx';

export interface CaseListProps {
  readonly listed: readonly PageCase[];
  readonly selectedId: string | undefined;
  readonly accusedId: string | undefined;
}

/** The cases that are listed, a row a case. */
export function CaseList({ listed, selectedId, accusedId }: CaseListProps) {
  return listed.length === 0 ? (
    <p class="soft empty">No cases match.</p>
  ) : (
    <VirtualRows label="Cases" rows={listed.length} rowHeight={58} selected={listed.findIndex(({ id }) => id === selectedId)}>
      {(row) => {
        const each = listed[row];
        return each && <CaseRow each={each} selected={each.id === selectedId} accused={each.id === accusedId} />;
      }}
    </VirtualRows>
  );
}

function CaseRow({ each, selected, accused }: { readonly each: PageCase; readonly selected: boolean; readonly accused: boolean }) {
  const { judged } = useColumns();
  const { mark, name, tone } = caseHeadline(each);
  // Of more than two versions only the judged one has room.
  const shown = each.arms.length > 2 ? each.arms.slice(judged, judged + 1) : each.arms;
  return (
    <a class={`case-row ${tone}`} href={linkTo({ caseId: each.id })} aria-current={selected ? 'true' : undefined}>
      <span class="mark" aria-hidden="true">
        {mark}
      </span>
      <span class="case-id">
        <Name text={each.id} />
      </span>
      <span class="figures">{shown.map(ratio).join(' → ')}</span>
      <span class="case-title soft">
        <span class="change">{name}</span>
        {accused && <b> · accused</b>}
        {each.critical && <b> · critical</b>} · <Name text={each.title} />
      </span>
    </a>
  );
}

/** `12 cases`, or how many of them are listed. */
export function listedText(listed: number, all: number): string {
  return listed === all ? `${count(all)} cases` : `${count(listed)} of ${count(all)} cases`;
}
