import { Name } from '../../../reporters/page/foreign.tsx';
import { ScrollBox } from '../../../reporters/page/scroll-box.tsx';
import { Sparkline } from '../../../reporters/page/sparkline.tsx';
import { count, counted, percent, ratio } from '../../../text/figures.ts';
import type { CaseHistory } from '../../api/case-history.ts';
import type { FlakyList } from '../../api/list-flaky-cases.ts';
import { useAnswer } from '../ask.ts';
import { addressPart } from '../place.ts';
import { RefusalNote } from '../refusal-note.tsx';
import { type HistoryLine, historyLines, versionPoints } from './history-lines.ts';
import { useRuns } from './use-runs.ts';

/** How versions did from run to run, and which cases are flaky over all runs that are kept. */
export function HistoryView() {
  const runs = useRuns();
  const flaky = useAnswer<FlakyList>('/history/flaky');
  return (
    <main class="app-main">
      <h1>History</h1>
      {runs.state === 'refused' && <RefusalNote refusal={runs.refusal} />}
      {runs.state === 'answered' && (
        <section class="wide" aria-labelledby="versions">
          <h2 id="versions">Versions over {counted(runs.answer.runs.length, 'run')}</h2>
          <Lines lines={historyLines(versionPoints(runs.answer.runs))} />
        </section>
      )}
      <section class="wide history-flaky" aria-labelledby="flaky">
        <h2 id="flaky">Flaky cases</h2>
        <p class="soft">
          Cases that one and the same version passes only sometimes, those nearest to a coin toss first. Runs share stored trials, so the
          counts are those of the largest run; the range goes over all of them.
        </p>
        {flaky.state === 'refused' && <RefusalNote refusal={flaky.refusal} />}
        {flaky.state === 'answered' && runs.state === 'answered' && <FlakyTable flaky={flaky.answer} runs={runs.answer.runs.length} />}
      </section>
    </main>
  );
}

function FlakyTable({ flaky: { cases, total }, runs }: { readonly flaky: FlakyList; readonly runs: number }) {
  if (runs === 0) return <p class="soft empty">Nothing is known yet: no run is kept.</p>;
  if (total === 0) return <p class="soft empty">None: every version passes each case always or never, as far as runs are kept.</p>;
  return (
    <>
      <ScrollBox label="Table of flaky cases">
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">case</th>
              <th scope="col">version</th>
              <th scope="col">passed</th>
              <th scope="col">range over runs</th>
              <th scope="col">runs</th>
              <th scope="col">newest</th>
            </tr>
          </thead>
          <tbody>
            {cases.map(({ caseId, version, fingerprint, passes, runs, low, high, seen, runId }) => (
              <tr key={`${fingerprint} ${caseId}`}>
                <th scope="row">
                  <a href={`/history/${addressPart(caseId)}`}>
                    <Name text={caseId} />
                  </a>
                </th>
                <td>
                  <Name text={version} /> <code class="soft">{fingerprint.slice(0, 8)}</code>
                </td>
                <td>{ratio({ passes, runs })}</td>
                <td>{low === high ? percent(low) : `${percent(low)} to ${percent(high)}`}</td>
                <td>{count(seen)}</td>
                <td>
                  <a href={`/runs/${runId}#${new URLSearchParams({ case: caseId })}`}>
                    {runId.replace(/^(\d{4})(\d{2})(\d{2}).*/, '$1-$2-$3')}
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {total > cases.length && <p class="soft">and {count(total - cases.length)} more</p>}
    </>
  );
}

/** One case in every run that tried it, a line a version. */
export function CaseHistoryView({ caseId }: { readonly caseId: string }) {
  const asked = useAnswer<CaseHistory>(`/history/case?${new URLSearchParams({ case: caseId })}`);
  return (
    <main class="app-main">
      <p>
        <a href="/history">History</a>
      </p>
      <h1 class="case-id">
        <Name text={caseId} />
      </h1>
      {asked.state === 'refused' && <RefusalNote refusal={asked.refusal} />}
      {asked.state === 'answered' &&
        (asked.answer.points.length === 0 ? (
          <p class="soft empty">No run that is kept tried this case.</p>
        ) : (
          <Lines lines={historyLines(asked.answer.points)} />
        ))}
    </main>
  );
}

/** A line a version: its pass rate from run to run, and the runs behind it. */
function Lines({ lines }: { readonly lines: readonly HistoryLine[] }) {
  return (
    <div class="history-lines">
      {lines.map(({ version, points }) => (
        <article key={version} aria-label={version}>
          <h3>
            <Name text={version} />
          </h3>
          <Sparkline points={points} label={`Pass rate of ${version}`} />
          <details>
            <summary>{counted(points.length, 'run')}</summary>
            <ol>
              {points.toReversed().map(({ at, runId, passes, runs, fingerprint }) => (
                <li key={runId}>
                  <a href={`/runs/${runId}`}>{at.slice(0, 16).replace('T', ' ')}</a> {ratio({ passes, runs })} · {percent(passes / runs)}{' '}
                  {fingerprint !== undefined && <code class="soft">{fingerprint.slice(0, 8)}</code>}
                </li>
              ))}
            </ol>
          </details>
        </article>
      ))}
    </div>
  );
}
