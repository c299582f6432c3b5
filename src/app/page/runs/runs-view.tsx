import { useMemo, useState } from 'preact/hooks';
import type { KeptRun, RunKind } from '../../../contracts/kept-run.ts';
import { runKinds } from '../../../contracts/kept-run.ts';
import { Chip } from '../../../reporters/page/chip.tsx';
import { Name } from '../../../reporters/page/foreign.tsx';
import { VirtualRows } from '../../../reporters/page/virtual-rows.tsx';
import { cost, count, counted, duration } from '../../../text/figures.ts';
import { type Room, useRoom } from '../use-room.ts';
import { WaitingView } from '../waiting-view.tsx';
import { passText, runHeadline, runTime, trialsText } from './run-words.ts';
import { type KnownRuns, useRuns } from './use-runs.ts';

/** All runs that were kept, newest first. */
export function RunsView() {
  const runs = useRuns();
  if (runs.state !== 'answered') return <WaitingView title="Runs" asked={runs} />;
  return (
    <main class="app-main wide">
      <RunList known={runs.answer} />
    </main>
  );
}

function RunList({ known: { runs, unreadable, isRemoved } }: { readonly known: KnownRuns }) {
  const [kind, setKind] = useState<RunKind | 'all'>('all');
  const room = useRoom();
  const kinds = runKinds.filter((each) => runs.some((run) => run.kind === each));
  const listed = useMemo(() => (kind === 'all' ? runs : runs.filter((run) => run.kind === kind)), [runs, kind]);
  return (
    <section aria-labelledby="runs">
      <h1 id="runs">Runs</h1>
      {unreadable > 0 && (
        <p class="note warn">
          {counted(unreadable, 'run')} in <code>.docket/runs</code> cannot be read: kept by a newer Docket, or damaged.
        </p>
      )}
      {isRemoved && (
        <p class="note warn" role="alert">
          The folder <code>.docket/runs</code> was removed while this server ran, and what was kept in it is gone. Runs that begin from now
          on are kept anew; stored trials are only gone if <code>.docket/docket.db</code> is, too.
        </p>
      )}
      {runs.length === 0 ? (
        <p class="empty soft">
          {isRemoved ? 'No run is kept.' : 'No run was kept yet.'} <code>docket eval</code>, <code>docket compare</code> and{' '}
          <code>docket gate</code> appear here as they run, and so do promptfoo and vitest.
        </p>
      ) : (
        <>
          <fieldset class="filters">
            <legend class="unseen">Which runs</legend>
            {(['all', ...kinds] as const).map((each) => (
              <label key={each}>
                <input type="radio" name="kind" checked={kind === each} onChange={() => setKind(each)} />
                <span>
                  {each} <b>{count(each === 'all' ? runs.length : runs.filter((run) => run.kind === each).length)}</b>
                </span>
              </label>
            ))}
          </fieldset>
          <VirtualRows label="Runs" rows={listed.length} rowHeight={rowHeights[room]}>
            {(row) => {
              const run = listed[row];
              return run && <RunRow run={run} />;
            }}
          </VirtualRows>
        </>
      )}
    </section>
  );
}

/** By what stands below each other: two lines of everything, twice two lines, or on a phone the lines of all columns. */
const rowHeights: Readonly<Record<Room, number>> = { wide: 72, medium: 104, narrow: 168 };

/** Versions of a row that have room. */
const most = 2;

function RunRow({ run }: { readonly run: KeptRun }) {
  const { kind, versions, command, startedAt, mode, dollars } = run;
  const more = versions.length - most;
  return (
    <a class="run-row" href={`/runs/${run.id}`}>
      <span>
        <Chip headline={runHeadline(run)} />
      </span>
      <span class="run-what">
        <span class="line">
          <b>{kind}</b> <Name text={versions.map(({ name }) => name).join(' · ') || command} />
        </span>
        <span class="line soft">
          {startedAt.slice(0, 16).replace('T', ' ')} UTC{mode === undefined ? '' : ` · ${mode} model`}
        </span>
      </span>
      <span class="run-passes figures">
        {versions.slice(0, more === 1 ? most + 1 : most).map((version) => (
          <span class="line" key={version.name}>
            <b>
              <Name text={version.name} />
            </b>{' '}
            {passText(version)}
            <Harm trials={version.harm} />
          </span>
        ))}
        {more > 1 && (
          <span class="line soft">
            and {count(more)} more
            <Harm trials={versions.slice(most).reduce((sum, { harm = 0 }) => sum + harm, 0)} />
          </span>
        )}
      </span>
      <span class="run-cost figures soft">
        <span class="line">{trialsText(run)}</span>
        <span class="line">
          {duration(runTime(run, Date.now()))}
          {dollars === undefined ? '' : ` · ${cost(dollars, mode ?? 'live')}`}
        </span>
      </span>
    </a>
  );
}

/** Harm is said where there is some. */
function Harm({ trials }: { readonly trials: number | undefined }) {
  return trials ? <b class="bad"> · ! {counted(trials, 'harmful trial')}</b> : null;
}
