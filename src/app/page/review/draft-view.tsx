import { useState } from 'preact/hooks';
import { Foreign, Name } from '../../../reporters/page/foreign.tsx';
import { counted } from '../../../text/figures.ts';
import type { DraftAnswered } from '../../api/answer-draft.ts';
import type { DraftSheet } from '../../api/get-draft.ts';
import type { DraftList } from '../../api/list-drafts.ts';
import { useAnswer } from '../ask.ts';
import { addressPart, goToPlace } from '../place.ts';
import { RefusalNote } from '../refusal-note.tsx';
import { WaitingView } from '../waiting-view.tsx';
import { AnswerForm } from './answer-form.tsx';
import { AnsweredView } from './answered-view.tsx';
import { FieldList } from './field-list.tsx';
import { setSkipped, skippedDrafts } from './kept-typing.ts';
import { ReviewBar } from './review-bar.tsx';

const question = 'What should have been decided?';

/** One draft: what a reviewer may see of it, the answer, and afterwards what production decided. */
export function DraftView({ id, onChange }: { readonly id: string; readonly onChange: () => void }) {
  const list = useAnswer<DraftList>('/drafts');
  const sheet = useAnswer<DraftSheet>(`/drafts/${addressPart(id)}`);
  const [answered, setAnswered] = useState<DraftAnswered>();
  if (list.state === 'refused' || sheet.state === 'refused')
    return (
      <main class="app-main review">
        <h1>Review</h1>
        {list.state === 'answered' && <ReviewBar list={list.answer} at="drafts" onUndone={undone(id, onChange)} />}
        {sheet.state === 'refused' && <RefusalNote refusal={sheet.refusal} />}
        {list.state === 'refused' && <RefusalNote refusal={list.refusal} />}
        <p>
          <a href="/review">To the other drafts</a>
        </p>
      </main>
    );
  if (list.state !== 'answered' || sheet.state !== 'answered') return <WaitingView title={question} asked={{ state: 'waiting' }} />;
  if (answered) return <AnsweredView id={id} answered={answered} onUndone={undone(id, onChange)} />;
  const { drafts } = list.answer;
  const others = drafts.filter((each) => each.id !== id && !skippedDrafts().includes(each.id));
  const skip = () => {
    setSkipped([...skippedDrafts(), id]);
    goToPlace(others[0] ? `/review/${others[0].id}` : '/review');
  };
  return (
    <main class="app-main review">
      <ReviewBar list={list.answer} at="drafts" onUndone={undone(id, onChange)} />
      <Sheet sheet={sheet.answer} left={others.length + 1} />
      {list.answer.reviewer === null ? null : (
        <AnswerForm
          sheet={sheet.answer}
          last={list.answer.last}
          onAnswered={setAnswered}
          onSkip={skip}
          onChange={onChange}
          onUndone={undone(id, onChange)}
        />
      )}
    </main>
  );
}

/** Goes where the answer that was taken back belongs. */
function undone(id: string, onChange: () => void) {
  return ({ draft }: { readonly draft: string | null }) => {
    if (draft === id) onChange();
    else goToPlace(draft === null ? '/review/labels' : `/review/${draft}`);
  };
}

function Sheet({ sheet, left }: { readonly sheet: DraftSheet; readonly left: number }) {
  const { title, second, critical, input, missing, userMessage, evidence, redacted, clusterSize } = sheet;
  return (
    <>
      <h1>{question}</h1>
      <p class="soft">
        {title !== null && (
          <>
            <Name text={title} />.{' '}
          </>
        )}
        {clusterSize > 1 && `It stands for ${counted(clusterSize, 'run')} that were nearly the same. `}
        {counted(left, 'draft')} to go.
      </p>
      {critical && (
        <p class="note">
          {second
            ? 'This case is critical. Another person has given a label already, which you are not shown: yours has to be your own.'
            : 'This case is critical: a second person will be asked, too.'}
        </p>
      )}
      <div class="sheet">
        <section class="panel" aria-labelledby="given">
          <h2 id="given">What was asked</h2>
          <FieldList fields={input} empty={missing.length > 0 ? 'Nothing of the input was recorded.' : 'The input has no fields.'} />
          {missing.length > 0 && (
            <p class="note">
              Not recorded: <Name text={missing.map(({ label }) => label).join(', ')} />. Fill it in below, if you know it.
            </p>
          )}
          {userMessage !== null && (
            <>
              <h3>In the words of the message</h3>
              <blockquote>
                <Foreign text={userMessage} />
              </blockquote>
            </>
          )}
          {redacted.length > 0 && (
            <details>
              <summary>{counted(redacted.length, 'redaction')}</summary>
              <ul>
                {redacted.map((each) => (
                  <li key={each}>
                    <Name text={each} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </section>
        {evidence && (evidence.tools.length > 0 || evidence.heldBack > 0) && (
          <section class="panel" aria-labelledby="seen">
            <h2 id="seen">What the agent looked up</h2>
            {evidence.tools.map(({ tool, input: given, result, error }, index) => (
              <div class="lookup" key={index}>
                <h3>
                  <Name text={tool} />
                </h3>
                {given !== '' && (
                  <p class="soft">
                    <Foreign text={given} />
                  </p>
                )}
                <p class={error === null ? 'output' : 'output bad'}>
                  <Foreign text={result || (error ?? 'It answered nothing.')} />
                </p>
              </div>
            ))}
            {evidence.more > 0 && <p class="soft">{counted(evidence.more, 'further call')} of this run.</p>}
            {evidence.heldBack > 0 && (
              <p class="soft">
                {counted(evidence.heldBack, 'call')} {evidence.heldBack === 1 ? 'is' : 'are'} not shown:{' '}
                {evidence.heldBack === 1 ? 'it' : 'they'} may tell what was decided.
              </p>
            )}
          </section>
        )}
      </div>
    </>
  );
}
