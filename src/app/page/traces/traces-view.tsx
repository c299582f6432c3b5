import { Name } from '../../../reporters/page/foreign.tsx';
import { VirtualRows } from '../../../reporters/page/virtual-rows.tsx';
import { count, counted, duration, money } from '../../../text/figures.ts';
import type { TraceRow } from '../../api/list-traces.ts';
import type { TraceFacets } from '../../api/trace-facets.ts';
import { useAnswer } from '../ask.ts';
import { RefusalNote } from '../refusal-note.tsx';
import { putFragment, useFragment } from '../use-fragment.ts';
import { type Room, useRoom } from '../use-room.ts';
import { WaitingView } from '../waiting-view.tsx';
import { DamageNotes } from './damage-notes.tsx';
import { momentText } from './moment-text.ts';
import { TraceFilters } from './trace-filters.tsx';
import { useTracePages } from './use-trace-pages.ts';

/** Conditions that the address holds and the server knows by the same names. */
const conditionNames = ['agent', 'finding', 'session', 'text', 'version', 'model', 'leastDollars'] as const;
const dayMs = 86_400_000;

/** All recorded runs, newest first. */
export function TracesView() {
  const facets = useAnswer<TraceFacets>('/traces/facets');
  if (facets.state !== 'answered') return <WaitingView title="Traces" asked={facets} />;
  return (
    <main class="app-main wide">
      <TraceListing facets={facets.answer} />
    </main>
  );
}

function TraceListing({ facets }: { readonly facets: TraceFacets }) {
  const fragment = useFragment();
  const room = useRoom();
  const { traces, looked, damage, isReading, refusal, more } = useTracePages(conditionsOf(fragment));
  const isFiltered = fragment.size > 0;
  return (
    <section aria-labelledby="traces">
      <h1 id="traces">Traces</h1>
      {facets.traces === 0 ? (
        <p class="empty soft">
          No trace is stored yet. <code>docket traces serve</code> receives them, <code>docket traces import</code> reads files of them.
        </p>
      ) : (
        <>
          <TraceFilters facets={facets} shown={traces} fragment={fragment} />
          <p class="soft" role="status">
            {isReading && traces.length === 0
              ? `Reading…${fragment.has('text') ? ' The words of new traces are indexed first, which may take a while.' : ''}`
              : `${counted(traces.length, 'trace')}${more ? ', and there may be more' : ''}${looked > traces.length ? `, of ${count(looked)} looked at` : ''}${isFiltered ? '' : ` of ${count(facets.traces)}`}`}
            {isFiltered && (
              <button
                type="button"
                class="quiet"
                onClick={() => putFragment(Object.fromEntries([...fragment.keys()].map((key) => [key, ''])))}
              >
                show all {count(facets.traces)}
              </button>
            )}
            {traces.some(({ dollars }) => dollars !== null) && ' · costs by list prices, as if every model had been live'}
          </p>
          {refusal && <RefusalNote refusal={refusal} />}
          <DamageNotes damage={damage} />
          {traces.length > 0 && (
            <VirtualRows label="Traces" rows={traces.length} rowHeight={rowHeights[room]}>
              {(row) => {
                const trace = traces[row];
                return trace && <TraceLine trace={trace} room={room} />;
              }}
            </VirtualRows>
          )}
          {more && (
            <button type="button" onClick={more}>
              Older traces
            </button>
          )}
        </>
      )}
    </section>
  );
}

/** The address in the words of the server. */
function conditionsOf(fragment: URLSearchParams): string {
  const parameters = new URLSearchParams();
  for (const name of conditionNames) {
    const value = fragment.get(name)?.trim();
    if (value) parameters.set(name, value);
  }
  const days = Number(fragment.get('days'));
  // To the minute, so that the same list is not asked for anew at every look.
  if (days > 0) parameters.set('since', String(Math.floor(Date.now() / 60_000) * 60_000 - days * dayMs));
  return parameters.toString();
}

/** By what stands below each other. */
const rowHeights: Readonly<Record<Room, number>> = { wide: 56, medium: 80, narrow: 128 };

/** Findings of a row that have room. */
const mostFindings: Readonly<Record<Room, number>> = { wide: 3, medium: 2, narrow: 1 };

function TraceLine({ trace, room }: { readonly trace: TraceRow; readonly room: Room }) {
  const most = mostFindings[room];
  const { traceId, agent, startedAt, durationMs, spans, errors, findings, version, models, tokens, dollars, source } = trace;
  return (
    <a class="trace-row" href={`/traces/${traceId}`}>
      <span class="figures">
        <span class="line">{momentText(startedAt)}</span>
        <span class="line soft">
          <code>{traceId.slice(0, 12)}</code>
        </span>
      </span>
      <span>
        <span class="line">
          <b>
            <Name text={agent ?? 'no agent named'} />
          </b>
          {version === null ? '' : ` · version ${version.slice(0, 8)}`}
        </span>
        <span class="line soft">
          <Name text={models.join(', ') || source} />
        </span>
      </span>
      <span class="trace-findings">
        {errors > 0 && <span class="line bad">{counted(errors, 'span')} with an error</span>}
        <span class="line">
          {findings.slice(0, most).map((code) => (
            <span class="tag bad" key={code}>
              {code}
            </span>
          ))}
          {findings.length > most && <span class="soft"> and {findings.length - most} more</span>}
        </span>
      </span>
      <span class="trace-figures figures soft">
        <span class="line">
          {durationMs === null ? 'no time' : duration(durationMs)} · {counted(spans, 'span')}
        </span>
        <span class="line">
          {tokens === null ? 'tokens not told' : counted(tokens, 'token')}
          {dollars === null ? '' : ` · ${money(dollars)}`}
        </span>
      </span>
    </a>
  );
}
