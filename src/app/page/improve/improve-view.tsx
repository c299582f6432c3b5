import type { Change, ImprovementPlan } from '../../../contracts/improvement-plan.ts';
import type { VersionTry } from '../../../contracts/version-try.ts';
import { Chip } from '../../../reporters/page/chip.tsx';
import { Foreign, Name } from '../../../reporters/page/foreign.tsx';
import { effectMarks, effectText, triedSentence, tryHeadline } from '../../../reporters/version-try-words.ts';
import { count, counted } from '../../../text/figures.ts';
import type { Improvement } from '../../api/get-improvement.ts';
import { useAnswer } from '../ask.ts';
import { momentText } from '../traces/moment-text.ts';
import { WaitingView } from '../waiting-view.tsx';
import { ChangeView } from './change-view.tsx';
import { ProblemView } from './problem-view.tsx';

/** The plan of the next version: what is wrong, with the runs that show it, and what to change, with what that promises and whether it was kept. */
export function ImproveView() {
  const asked = useAnswer<Improvement>('/improvement');
  if (asked.state !== 'answered') return <WaitingView title="Improve" asked={asked} />;
  const { plan, tried, unreadable } = asked.answer;
  return (
    <main class="app-main improve">
      {unreadable.map((file) => (
        <p class="note" key={file}>
          {file} cannot be read; this Docket may be another one than wrote it. Its command writes it anew.
        </p>
      ))}
      {plan ? (
        <Plan plan={plan} tried={tried} />
      ) : (
        <>
          <h1>Improve</h1>
          <p class="empty soft">
            {unreadable.includes('reports/improvement-plan.json') ? 'There is no plan to show.' : 'There is no plan yet.'}{' '}
            <code>docket improve --since 24h</code> reads recorded runs and writes one; <code>docket improve --from-trials</code> reads
            stored trials.
          </p>
        </>
      )}
    </main>
  );
}

function Plan({ plan, tried }: { readonly plan: ImprovementPlan; readonly tried: VersionTry | null }) {
  const { agent, version, core, context, problems, worksWell, changes, notes, verification } = plan;
  // A draft of another version says nothing of this plan.
  const own = tried?.from === version.name ? tried : null;
  return (
    <>
      <header>
        <h1>
          What the version after <Name text={version.name} /> should do better
        </h1>
        <p class="soft">
          <Name text={agent} /> · {counted(context.runs, 'run')} from {context.source}
          {context.to === null ? '' : `, until ${momentText(context.to)}`}
          {context.simulated ? ' · simulated model' : ''}
        </p>
        <p class="core">
          {core.map((sentence) => (
            <Foreign key={sentence} text={`${sentence} `} />
          ))}
        </p>
      </header>
      {own && <Tried tried={own} />}
      <section aria-labelledby="problems">
        <h2 id="problems">What is wrong ({count(problems.length)})</h2>
        {problems.length === 0 && <p class="soft">Nothing was found.</p>}
        {problems.map((problem) => (
          <ProblemView key={problem.id} problem={problem} />
        ))}
      </section>
      <section aria-labelledby="changes">
        <h2 id="changes">What to change ({count(changes.length)})</h2>
        {changes.map((change) => (
          <ChangeView key={change.id} change={change} tried={own} />
        ))}
        {changes.length > 0 && <Next changes={changes} version={version.name} />}
      </section>
      {worksWell.length > 0 && (
        <section aria-labelledby="works">
          <h2 id="works">What works: leave it as it is</h2>
          <ul>
            {worksWell.map((line) => (
              <li key={line}>
                <Foreign text={line} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {notes.length > 0 && (
        <section aria-labelledby="notes">
          <h2 id="notes">What people said</h2>
          <ul>
            {notes.map(({ on, who, when, text }, index) => (
              <li key={index}>
                <b>
                  <Name text={who} />
                </b>{' '}
                <span class="soft">
                  on <Name text={on} />
                  {when === null ? '' : `, ${when}`}
                </span>{' '}
                <Foreign text={text} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="verification">
        <h2 id="verification">How to tell whether it worked</h2>
        <ol class="numbered">
          {verification.map((line) => (
            <li key={line}>
              <Foreign text={line} />
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Next({ changes, version }: { readonly changes: readonly Change[]; readonly version: string }) {
  const first = changes.slice(0, 2).map(({ id }) => id);
  return (
    <p class="soft">
      Draft the next version of the changes that you accept, one commit each:{' '}
      <code>
        docket version draft next --from <Name text={version} /> --changes {first.join(',')}
      </code>
    </p>
  );
}

/** What became of the draft that was tried last. */
function Tried({ tried }: { readonly tried: VersionTry }) {
  return (
    <section class="panel" aria-labelledby="tried">
      <h2 id="tried">
        Tried as <Name text={tried.version} /> <Chip headline={tryHeadline(tried)} />
      </h2>
      <p>
        <Name text={tried.reason} />
      </p>
      <p class="soft">
        <Name text={triedSentence(tried)} />
      </p>
      {tried.effects.length > 0 && (
        <ul>
          {tried.effects.map((effect) => (
            <li key={effect.id}>
              <Chip headline={effectMarks[effect.result]} /> <b>{effect.id}</b> <Name text={effect.what} />{' '}
              <span class="soft">
                <Name text={effectText(effect)} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
