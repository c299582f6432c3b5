import { diffWordsWithSpace } from 'diff';
import { visibleText } from '../../text/hostile-text.ts';
import { Foreign } from './foreign.tsx';

/** Texts longer than this are shown apart: comparing them word by word would hold the page up. */
const longest = 6000;

/** Texts that have less than this share in common are shown apart: marks on nearly every word cannot be read. */
const leastCommon = 0.4;

export interface WordDiffProps {
  readonly from: string;
  readonly to: string;
  /** Which text is shown: words of the other one are left out. `both` shows what goes and what comes. */
  readonly show: 'from' | 'to' | 'both';
  /** What the texts are called, where both may be shown apart. */
  readonly names?: readonly [string, string];
}

/** A text with the words marked that the other text does not have. */
export function WordDiff({ from, to, show, names }: WordDiffProps) {
  const changes = compareWords(from, to);
  if (!changes) return show === 'both' ? <Apart from={from} to={to} names={names} /> : <Foreign text={show === 'from' ? from : to} />;
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

/** Both texts whole, one under the other. */
function Apart({
  from,
  to,
  names: [one, other] = ['before', 'after'],
}: Pick<WordDiffProps, 'from' | 'to'> & { readonly names: WordDiffProps['names'] }) {
  return (
    <>
      <span class="apart">
        <b class="soft">{one}</b> <Foreign text={from} />
      </span>
      <span class="apart">
        <b class="soft">{other}</b> <Foreign text={to} />
      </span>
    </>
  );
}

function compareWords(from: string, to: string) {
  if (from.length + to.length > longest) return undefined;
  const changes = diffWordsWithSpace(visibleText(from), visibleText(to), { maxEditLength: 800 });
  const common = changes?.reduce((sum, { added, removed, value }) => (added || removed ? sum : sum + value.length), 0) ?? 0;
  return common >= leastCommon * Math.max(from.length, to.length) ? changes : undefined;
}
