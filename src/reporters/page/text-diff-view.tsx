import type { TextDiff } from '../../contracts/text-diff.ts';
import { counted } from '../../text/figures.ts';
import { visibleText } from '../../text/hostile-text.ts';
import { diffMarks } from '../words.ts';
import { Name } from './foreign.tsx';
import { WordDiff } from './word-diff.tsx';

type Line = TextDiff['lines'][number];

/** Longer ones are folded: the cases stand below. */
const longestOpen = 20;

/** How a text changed: removed and added lines, with the words marked where one line took another's place. */
export function TextDiffView({ diff: { title, lines, leftOut } }: { readonly diff: TextDiff }) {
  const changed = leftOut + lines.filter(({ kind }) => kind === 'added' || kind === 'removed').length;
  return (
    <details class="text-diff" open={lines.length <= longestOpen}>
      <summary>
        <Name text={title} /> <span class="soft">{counted(changed, 'changed line')}</span>
      </summary>
      <pre>
        {lines.map((line, index) => (
          <code key={index} class={line.kind}>
            <span class="mark">{diffMarks[line.kind]}</span>
            <LineText lines={lines} index={index} />
          </code>
        ))}
      </pre>
      {leftOut > 0 && <p class="soft">{counted(leftOut, 'more changed line')} left out; git diff shows them.</p>}
    </details>
  );
}

function LineText({ lines, index }: { readonly lines: readonly Line[]; readonly index: number }) {
  const line = lines[index] as Line;
  const other = partnerOf(lines, index);
  if (!other) return <bdi>{visibleText(line.text)}</bdi>;
  return line.kind === 'removed' ? (
    <WordDiff from={line.text} to={other.text} show="from" />
  ) : (
    <WordDiff from={other.text} to={line.text} show="to" />
  );
}

/** The line that took this one's place: as many lines must have gone as came. */
function partnerOf(lines: readonly Line[], index: number): Line | undefined {
  const kind = lines[index]?.kind;
  if (kind !== 'removed' && kind !== 'added') return undefined;
  let start = index;
  while (lines[start - 1]?.kind === 'removed' || lines[start - 1]?.kind === 'added') start -= 1;
  let end = index;
  while (lines[end + 1]?.kind === 'removed' || lines[end + 1]?.kind === 'added') end += 1;
  const run = lines.slice(start, end + 1);
  const [removed, added] = [run.filter((line) => line.kind === 'removed'), run.filter((line) => line.kind === 'added')];
  if (removed.length !== added.length) return undefined;
  const own = lines[index] as Line;
  return kind === 'removed' ? added[removed.indexOf(own)] : removed[added.indexOf(own)];
}
