import { diffWordsWithSpace } from 'diff';
import { visibleText } from '../visible-text.ts';
import { Foreign } from './foreign.tsx';

/** Texts longer than this are shown apart: comparing them word by word would hold the page up. */
const longest = 6000;

export interface WordDiffProps {
  readonly from: string;
  readonly to: string;
  /** Which text is shown: words of the other one are left out. `both` shows what goes and what comes. */
  readonly show: 'from' | 'to' | 'both';
}

/** A text with the words marked that the other text does not have. */
export function WordDiff({ from, to, show }: WordDiffProps) {
  const changes =
    from.length + to.length > longest ? undefined : diffWordsWithSpace(visibleText(from), visibleText(to), { maxEditLength: 800 });
  if (!changes) {
    return show === 'both' ? (
      <>
        <del>
          <Foreign text={from} />
        </del>
        <ins>
          <Foreign text={to} />
        </ins>
      </>
    ) : (
      <Foreign text={show === 'from' ? from : to} />
    );
  }
  return (
    <bdi class="foreign">
      {changes.map(({ added, removed, value }, index) => {
        if (added) return show === 'from' ? null : <ins key={index}>{value}</ins>;
        if (removed) return show === 'to' ? null : <del key={index}>{value}</del>;
        return <span key={index}>{value}</span>;
      })}
    </bdi>
  );
}
