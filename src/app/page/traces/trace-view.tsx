import type { JsonValue } from '../../../contracts/json.ts';
import type { Finding, Score } from '../../../contracts/score.ts';
import type { Trace } from '../../../contracts/trace.ts';
import { Foreign, Name } from '../../../reporters/page/foreign.tsx';
import { amount, count, counted, duration, money } from '../../../text/figures.ts';
import type { ShownTrace } from '../../api/get-trace.ts';
import { useAnswer } from '../ask.ts';
import { addressPart } from '../place.ts';
import { putFragment, useFragment } from '../use-fragment.ts';
import { WaitingView } from '../waiting-view.tsx';
import { Accused, accusedTexts } from './accused.tsx';
import { Conversation } from './conversation.tsx';
import { DamageNotes } from './damage-notes.tsx';
import { MakeCase } from './make-case.tsx';
import { momentText } from './moment-text.ts';
import { Timeline } from './timeline.tsx';

/** One recorded run. */
export function TraceView({ id }: { readonly id: string }) {
  const asked = useAnswer<ShownTrace>(`/traces/${addressPart(id)}`);
  if (asked.state !== 'answered') return <WaitingView title="Trace" asked={asked} />;
  return <Run shown={asked.answer} />;
}

function Run({ shown }: { readonly shown: ShownTrace }) {
  const { trace, scores, damage } = shown;
  const selected = useFragment().get('span') ?? undefined;
  const quotes = accusedTexts(scores);
  return (
    <main class="app-main trace-view">
      <Head shown={shown} />
      <DamageNotes damage={damage} />
      <MakeCase traceId={trace.traceId} />
      <Findings scores={scores} />
      <Decision decision={trace.decision} scores={scores} quotes={quotes} />
      <div class="trace-columns">
        <Timeline spans={trace.spans} selected={selected} onSelect={(span) => putFragment({ span: span === selected ? '' : span })} />
        <Conversation trace={trace} quotes={quotes} selected={selected} />
      </div>
      <Remarks trace={trace} scores={scores} />
    </main>
  );
}

function Head({ shown: { trace, dollars, session, isSimulated } }: { readonly shown: ShownTrace }) {
  const { traceId, agent, source, startedAt, durationMs, usage, versionFingerprint } = trace;
  const tokens =
    usage && `${count(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens)} tokens in, ${count(usage.outputTokens)} out`;
  const about = [
    momentText(startedAt),
    durationMs === null ? undefined : duration(durationMs),
    tokens ?? undefined,
    dollars === null ? undefined : `${money(dollars)} ${isSimulated ? 'if live' : 'by list prices'}`,
    isSimulated ? 'simulated model' : undefined,
    versionFingerprint === null ? undefined : `version ${versionFingerprint.slice(0, 12)}`,
    `from ${source}`,
  ];
  return (
    <header>
      <p>
        <a href="/traces">Traces</a>
      </p>
      <h1>
        <Name text={agent ?? 'A run whose agent is not named'} />
      </h1>
      <p class="soft">
        <Name text={about.filter((part) => part !== undefined).join(' · ')} />
      </p>
      <p>
        <code>{traceId}</code>
        {session && trace.session !== null && (
          <>
            {' · '}
            <a href={`/traces#${new URLSearchParams({ session: trace.session })}`}>
              session <Name text={trace.session.slice(0, 80)} /> with {counted(session.traces.length, 'trace')}
            </a>
          </>
        )}
      </p>
    </header>
  );
}

function Findings({ scores }: { readonly scores: readonly Score[] }) {
  const wrong = scores.filter(({ findings, pass }) => findings.length > 0 || !pass);
  if (scores.length === 0)
    return (
      <p class="soft">
        Nobody has scored this run yet: <code>docket traces score</code>.
      </p>
    );
  if (wrong.length === 0) return <p class="soft">{counted(scores.length, 'scorer')} looked at this run and found nothing wrong.</p>;
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">What is wrong</h2>
      <ul class="trace-wrong">
        {faultGroups(wrong).map((group) => (
          <li key={group.map(({ code }) => code).join(' ')}>
            {group.map(({ code, message }) => (
              <p key={`${code} ${message}`}>
                <span class="tag bad">
                  <Name text={code} />
                </span>{' '}
                <Foreign text={message} />
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What several scorers say of one field stands together: it is one fault. */
function faultGroups(wrong: readonly Score[]): Finding[][] {
  const all = wrong.flatMap(({ name, reason, findings }): Finding[] =>
    findings.length > 0 ? findings : [{ code: name, message: reason }],
  );
  const faults = [...new Map(all.map((fault) => [`${fault.code}\n${fault.message}`, fault])).values()];
  return [...Map.groupBy(faults, (fault) => fault.field ?? fault).values()];
}

function Decision({
  decision,
  scores,
  quotes,
}: {
  readonly decision: JsonValue;
  readonly scores: readonly Score[];
  readonly quotes: readonly string[];
}) {
  if (decision === null) return <p class="note">This run holds no decision.</p>;
  const fields = typeof decision === 'object' && !Array.isArray(decision) ? Object.entries(decision) : [['decision', decision] as const];
  const faults = scores.flatMap(({ findings }) => findings);
  return (
    <section aria-labelledby="decision">
      <h2 id="decision">What it decided</h2>
      <table class="attributes">
        <tbody>
          {fields.map(([field, value]) => {
            const isAccused = faults.some((fault) => fault.field === field);
            return (
              <tr key={field}>
                <th scope="row">
                  <Name text={field} />
                  {isAccused && <b class="bad"> ✗</b>}
                </th>
                <td class={isAccused ? 'bad' : undefined}>
                  <bdi class="foreign">
                    <Accused text={valueText(value)} quotes={quotes} />
                  </bdi>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function valueText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? amount(value) : JSON.stringify(value);
}

/** What others said of the run, and what it does not tell. */
function Remarks({ trace: { gaps, evaluations: all }, scores }: { readonly trace: Trace; readonly scores: readonly Score[] }) {
  // What the agent sent of a scorer is older than what is stored of it.
  const evaluations = all.filter(({ name }) => !scores.some((score) => score.name === name));
  if (gaps.length + evaluations.length === 0) return null;
  return (
    <section aria-labelledby="remarks">
      <h2 id="remarks">Remarks</h2>
      <ul>
        {evaluations.map(({ name, value, label, explanation, source }, index) => (
          <li key={`said ${index}`}>
            <b>
              <Name text={name} />
            </b>{' '}
            <Foreign text={[value, label, source === null ? null : `(${source})`, explanation].filter((part) => part !== null).join(' ')} />
          </li>
        ))}
        {gaps.map(({ code, message }, index) => (
          <li key={`gap ${index}`}>
            <span class="tag warn">{code}</span> <Foreign text={message} />
          </li>
        ))}
      </ul>
    </section>
  );
}
