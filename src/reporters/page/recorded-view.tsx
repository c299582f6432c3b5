import { useMemo, useState } from 'preact/hooks';
import type { ComparedTask, RecordedComparison, SideRuns } from '../../contracts/recorded-comparison.ts';
import { count, estimatedShare, points, ratio } from '../../text/figures.ts';
import { leftOutSentence, recordedHeadline, recordedSentence } from '../recorded-words.ts';
import { Name } from './foreign.tsx';
import { HeadlineView } from './headline-view.tsx';
import { PageBar } from './page-bar.tsx';
import type { RecordedIndex } from './page-data.ts';
import { RerunLine } from './rerun-line.tsx';
import { VirtualRows } from './virtual-rows.tsx';

const filters = ['differ', 'all'] as const;
type Filter = (typeof filters)[number];
const filterNames: Readonly<Record<Filter, string>> = { differ: 'Differ', all: 'All' };

/** Recorded runs of two sides, task by task: what it comes to, both sides as a whole, and a row a task. */
export function RecordedView({ index: { recorded, createdAt, rerun } }: { readonly index: RecordedIndex }) {
  const left = leftOutSentence(recorded);
  return (
    <>
      <PageBar of="recorded runs" createdAt={createdAt} />
      <main>
        <section class="verdict" aria-labelledby="verdict">
          <HeadlineView headline={recordedHeadline(recorded)} sentence={recordedSentence(recorded)} />
          {left !== undefined && (
            <p class="note">
              <Name text={left} />
            </p>
          )}
        </section>
        <Tasks recorded={recorded} />
        <RerunLine command={rerun} />
      </main>
    </>
  );
}

function Tasks({ recorded: { by, group, tasks, sides, score } }: { readonly recorded: RecordedComparison }) {
  const differing = useMemo(() => tasks.filter(differs), [tasks]);
  const [filter, setFilter] = useState<Filter>(differing.length > 0 ? 'differ' : 'all');
  const [search, setSearch] = useState('');
  // What got worse comes first; tasks that are alike keep their order.
  const listed = useMemo(
    () =>
      (filter === 'differ' ? differing.toSorted((one, other) => dropOf(other) - dropOf(one)) : tasks).filter(({ task }) =>
        task.toLowerCase().includes(search.trim().toLowerCase()),
      ),
    [tasks, differing, filter, search],
  );
  return (
    <section class="wide" aria-labelledby="tasks">
      <h2 id="tasks">
        Runs that passed by <Name text={score} />, with 95 % intervals
      </h2>
      <fieldset class="filters">
        <legend class="unseen">Which tasks</legend>
        {filters.map((each) => (
          <label key={each}>
            <input type="radio" name="filter" checked={filter === each} onChange={() => setFilter(each)} />
            <span>
              {filterNames[each]} <b>{count(each === 'all' ? tasks.length : differing.length)}</b>
            </span>
          </label>
        ))}
      </fieldset>
      <input
        type="search"
        placeholder="Search tasks"
        aria-label="Search tasks"
        value={search}
        onInput={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      <div class="matrix-row head" aria-hidden="true">
        {[by, ...group.values].map((heading) => (
          <span key={heading}>
            <Name text={heading} />
          </span>
        ))}
      </div>
      <div class="matrix-row whole">
        <b class="matrix-case">all</b>
        {sides.map((side, place) => (
          <Side key={place} side={side} />
        ))}
      </div>
      {listed.length === 0 ? (
        <p class="soft empty">{search ? 'No tasks match.' : 'There are no tasks in this list.'}</p>
      ) : (
        <VirtualRows label="Tasks" rows={listed.length} rowHeight={64}>
          {(row) => {
            const each = listed[row];
            return each && <TaskRow each={each} />;
          }}
        </VirtualRows>
      )}
    </section>
  );
}

function TaskRow({ each }: { readonly each: ComparedTask }) {
  const drop = dropOf(each);
  return (
    <div class="matrix-row">
      <span class="matrix-case">
        <span class="case-id">
          <Name text={each.task} />
        </span>
        {differs(each) && (
          <span class={`change ${drop > 0 ? 'bad' : ''}`}>
            <span aria-hidden="true">{drop > 0 ? '↓' : '↑'}</span> {points(-drop)}
          </span>
        )}
      </span>
      {each.sides.map((side, place) => (
        <Side key={place} side={side} />
      ))}
    </div>
  );
}

const width = 160;

/** Passes of runs, and the interval of the pass rate between 0 and 100 %. */
function Side({ side }: { readonly side: SideRuns }) {
  if (side.runs === 0) return <span class="matrix-cell soft">not run</span>;
  const { low, high, value } = side.interval;
  return (
    <span class="matrix-cell recorded">
      <b class="share">{ratio(side)}</b>
      <svg role="img" class="scale" aria-label={estimatedShare(side.interval)} width={width} height={12} viewBox={`0 0 ${width} 12`}>
        <rect class="track" width={width} height={6} y={3} rx={3} />
        <path class="interval" d={`M${low * width} 6H${high * width}`} />
        <circle class="point" cx={Math.min(width - 4, Math.max(4, value * width))} cy={6} r={4} />
      </svg>
    </span>
  );
}

/** Only tasks that both sides ran can differ. */
function differs({ sides: [one, other] }: ComparedTask): boolean {
  return one.runs > 0 && other.runs > 0 && one.passes * other.runs !== other.passes * one.runs;
}

function dropOf({ sides: [one, other] }: ComparedTask): number {
  return one.passes / one.runs - other.passes / other.runs;
}
