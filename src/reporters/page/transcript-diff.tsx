import type { ComponentChildren } from 'preact';
import { count } from '../../text/figures.ts';
import { visibleText } from '../../text/hostile-text.ts';
import { type AlignedRow, alignTrials, type Event, eventsOf } from './align-steps.ts';
import { canonicalText } from './canonical-text.ts';
import { useColumns } from './columns.ts';
import { type ShownTrial, trialName } from './decision-diff.tsx';
import { Foreign } from './foreign.tsx';
import { ScrollBox } from './scroll-box.tsx';
import { WordDiff } from './word-diff.tsx';

/** What happened in one trial, or in two with the same steps on a line and the first divergence marked. */
export function TranscriptDiff({ shown, fault }: { readonly shown: readonly ShownTrial[]; readonly fault?: string }) {
  const [one, other] = shown.filter(({ detail }) => detail.transcript);
  return (
    <section aria-labelledby="steps">
      <h3 id="steps">What happened</h3>
      {fault !== undefined && (
        <p class="note warn">
          <Foreign text={fault} />
        </p>
      )}
      {one && other ? (
        <Aligned baseline={one} candidate={other} />
      ) : one ? (
        <Single shown={one} isAlone={shown.length === 1} />
      ) : (
        fault === undefined && <p class="soft">No transcript was kept for this page.</p>
      )}
    </section>
  );
}

function Single({ shown, isAlone }: { readonly shown: ShownTrial; readonly isAlone: boolean }) {
  const columns = useColumns();
  return (
    <>
      {!isAlone && <p class="soft">Only {trialName(columns, shown)} has a transcript here; there is nothing to compare it with.</p>}
      <UserMessage text={shown.detail.transcript?.userMessage ?? ''} />
      <ol class="steps single">
        {eventsOf(shown.detail).map((event, index) => (
          <li key={index}>
            <EventCell event={event} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Aligned({ baseline, candidate }: { readonly baseline: ShownTrial; readonly candidate: ShownTrial }) {
  const columns = useColumns();
  const { rows, divergence } = alignTrials(baseline.detail, candidate.detail);
  return (
    <>
      <p class="soft">
        {divergence === undefined
          ? 'Both trials called the same tools with the same arguments and results, and decided the same.'
          : `The trials diverge at step ${count(divergence + 1)} of ${count(rows.length)}.`}
      </p>
      <UserMessage text={candidate.detail.transcript?.userMessage ?? ''} />
      <ScrollBox label="Steps">
        <table class="steps">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">step</span>#
              </th>
              <th scope="col">{trialName(columns, baseline)}</th>
              <th scope="col">{trialName(columns, candidate)}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <Step key={index} row={row} number={index + 1} first={index === divergence} />
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  );
}

function Step({ row, number, first }: { readonly row: AlignedRow; readonly number: number; readonly first: boolean }) {
  const { baseline, candidate, differs } = row;
  const matters = differs.some((what) => what !== 'wording');
  return (
    <>
      {first && (
        <tr class="divergence">
          <th scope="rowgroup" colSpan={3}>
            <span aria-hidden="true">▼</span> First divergence: {differs.join(', ')}
          </th>
        </tr>
      )}
      <tr class={matters ? 'differs' : undefined}>
        <th scope="row">
          {number}
          <span class="unseen">{differs.length > 0 ? `, differs: ${differs.join(', ')}` : ', same'}</span>
        </th>
        <td>{baseline ? <EventCell event={baseline} other={candidate} show="from" /> : <Missing />}</td>
        <td>{candidate ? <EventCell event={candidate} other={baseline} show="to" /> : <Missing />}</td>
      </tr>
    </>
  );
}

function Missing() {
  return <span class="soft">— no such step</span>;
}

function UserMessage({ text }: { readonly text: string }) {
  return (
    <p class="user-message">
      <span class="soft">user</span> <Foreign text={text} />
    </p>
  );
}

interface EventCellProps {
  readonly event: Event;
  /** The same step of the other side, for marking words. */
  readonly other?: Event | undefined;
  readonly show?: 'from' | 'to';
}

function EventCell({ event, other, show = 'to' }: EventCellProps) {
  const compare = (text: string, otherText: string | undefined): ComponentChildren =>
    otherText === undefined || otherText === text ? (
      <Foreign text={text} />
    ) : show === 'from' ? (
      <WordDiff from={text} to={otherText} show="from" />
    ) : (
      <WordDiff from={otherText} to={text} show="to" />
    );
  if (event.kind === 'tool') {
    const twin = other?.kind === 'tool' ? other : undefined;
    const input = canonicalText(event.input);
    return (
      <>
        <code class="tool">{visibleText(event.tool)}</code>
        <code class="soft">({input === '{}' ? '' : compare(input, twin && canonicalText(twin.input))})</code>
        {event.isError && <b class="bad"> ✗ error</b>}
        <div class="output">{compare(event.result, twin?.result)}</div>
      </>
    );
  }
  if (event.kind === 'end') {
    return (
      <>
        <b>decides</b>
        <div class="output">{compare(event.text, other?.kind === 'end' ? other.text : undefined)}</div>
      </>
    );
  }
  return (
    <>
      <span class="soft">
        model · <Foreign text={event.stopReason} />
      </span>
      {event.text && <div class="model-text">{compare(event.text, other?.kind === 'model' ? other.text : undefined)}</div>}
    </>
  );
}
