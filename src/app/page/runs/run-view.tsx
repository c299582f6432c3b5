import { useEffect, useMemo, useState } from 'preact/hooks';
import type { KeptRun } from '../../../contracts/kept-run.ts';
import { CaseFootContext } from '../../../reporters/page/case-view.tsx';
import { CopyButton } from '../../../reporters/page/copy-buttons.tsx';
import { ReadChunkContext, type ReadTranscript, ReadTranscriptContext, readingOnce } from '../../../reporters/page/details.ts';
import { Name } from '../../../reporters/page/foreign.tsx';
import { HeadlineView } from '../../../reporters/page/headline-view.tsx';
import type { CaseDetail, PageIndex } from '../../../reporters/page/page-data.ts';
import { ReportView } from '../../../reporters/page/report-view.tsx';
import { duration } from '../../../text/figures.ts';
import type { StoredTranscript } from '../../api/get-transcript.ts';
import { useAbout } from '../about-context.ts';
import { ask, Refusal, tell, useAnswer } from '../ask.ts';
import { addressPart, goToPlace } from '../place.ts';
import { RefusalNote } from '../refusal-note.tsx';
import { LiveRun } from './live-run.tsx';
import { runHeadline, runTime, trialsText } from './run-words.ts';
import { useRun, type WatchedRun } from './use-run.ts';

/** One run: as it goes on, and afterwards its report. */
export function RunView({ id }: { readonly id: string }) {
  const asked = useRun(id);
  return (
    <main class="app-main">
      {asked.state === 'refused' && <RefusalNote refusal={asked.refusal} />}
      {asked.state === 'answered' && <Run watched={asked.answer} />}
    </main>
  );
}

function Run({ watched }: { readonly watched: WatchedRun }) {
  const { run } = watched;
  return (
    <>
      <RunHead run={run} />
      {run.state !== 'running' && run.hasReport ? (
        <RunReport id={run.id} />
      ) : (
        <>
          <HeadlineView headline={runHeadline(run)} sentence={sentenceOf(run)} />
          <LiveRun watched={watched} />
        </>
      )}
    </>
  );
}

function sentenceOf({ state, step, verdict, trials }: KeptRun): string {
  if (state === 'broken') return 'Its process ended without a word: killed, or the machine went down. What ended before that is stored.';
  if (state === 'stopped') return 'Somebody stopped it. What ended before that is stored, and the same command goes on from there.';
  return verdict?.reason ?? step ?? (trials.done === 0 ? 'It begins.' : 'Trials are under way.');
}

/** What was run, and what can be done with it. */
function RunHead({ run }: { readonly run: KeptRun }) {
  const { id, kind, command, startedAt, docket } = run;
  return (
    <section class="run-head" aria-label="Run">
      <p>
        <a href="/runs">Runs</a> <span aria-hidden="true">›</span> <b>{kind}</b>{' '}
        <span class="soft">
          {startedAt.slice(0, 16).replace('T', ' ')} UTC · {duration(runTime(run, Date.now()))} · {trialsText(run)} · Docket {docket}
        </span>
      </p>
      <p class="copy">
        <code>
          <Name text={command} />
        </code>
        <CopyButton name="command" text={() => command} />
        <CopyButton name="run id" text={() => id} />
        <RunActions run={run} />
      </p>
    </section>
  );
}

/** Stops it, or goes on with it; only where the server was started to let that be done. */
function RunActions({ run }: { readonly run: KeptRun }) {
  const { canWrite } = useAbout();
  const [said, setSaid] = useState('');
  const act = async (path: string, done: string) => {
    setSaid('…');
    try {
      const { id } = await tell<{ readonly id?: string }>(`/runs/${addressPart(run.id)}/${path}`);
      if (id === undefined) setSaid(done);
      else goToPlace(`/runs/${id}`);
    } catch (error) {
      setSaid(error instanceof Refusal ? error.message : String(error));
    }
  };
  const isRunning = run.state === 'running';
  // What was said belongs to how it stood then.
  useEffect(() => setSaid(''), [run.state]);
  if (!canWrite || (!isRunning && run.words === undefined)) return null;
  return (
    <>
      {isRunning ? (
        <button type="button" onClick={() => void act('stop', 'told to stop')}>
          Stop
        </button>
      ) : (
        <button type="button" onClick={() => void act('go-on', 'started: it will be the newest of the runs')}>
          {run.state === 'done' ? 'Run again' : 'Go on'}
        </button>
      )}
      <span role="status">
        <Name text={said} />
      </span>
    </>
  );
}

/** The report, whose details are read case by case. */
function RunReport({ id }: { readonly id: string }) {
  const path = `/runs/${addressPart(id)}`;
  const asked = useAnswer<PageIndex>(`${path}/report`);
  const read = useMemo(() => readingOnce((chunk) => ask<readonly CaseDetail[]>(`${path}/details/${chunk}`)), [path]);
  const readTranscript = useMemo(
    (): ReadTranscript =>
      async ({ versionFingerprint, caseFingerprint }, series, number) => {
        const question = new URLSearchParams({ version: versionFingerprint, case: caseFingerprint, series, number: String(number) });
        return (await ask<StoredTranscript>(`${path}/transcript?${question}`)).transcript;
      },
    [path],
  );
  if (asked.state === 'refused') return <RefusalNote refusal={asked.refusal} />;
  if (asked.state === 'waiting') return <p class="soft">Reading the report …</p>;
  return (
    <ReadChunkContext.Provider value={read}>
      <ReadTranscriptContext.Provider value={readTranscript}>
        <CaseFootContext.Provider value={CaseHistoryLink}>
          <ReportView index={asked.answer} />
        </CaseFootContext.Provider>
      </ReadTranscriptContext.Provider>
    </ReadChunkContext.Provider>
  );
}

function CaseHistoryLink({ caseId }: { readonly caseId: string }) {
  return (
    <p>
      <a href={`/history/${addressPart(caseId)}`}>This case from run to run</a>
    </p>
  );
}
