import { useState } from 'preact/hooks';
import { Foreign, Name } from '../../../reporters/page/foreign.tsx';
import { counted } from '../../../text/figures.ts';
import type { AuditList } from '../../api/list-audit.ts';
import type { DraftList } from '../../api/list-drafts.ts';
import type { DisputeSettled } from '../../api/settle-dispute.ts';
import { Refusal, tell, useAnswer } from '../ask.ts';
import { addressPart, goToPlace } from '../place.ts';
import { RefusalNote } from '../refusal-note.tsx';
import { FieldList } from './field-list.tsx';
import { useKeptTyping } from './kept-typing.ts';
import { ReviewBar } from './review-bar.tsx';
import { type Pair, TypedForm, Words } from './typed-form.tsx';
import { useCheck } from './use-check.ts';

type Question = AuditList['questions'][number];

/** Labels that the audit accuses, and disputes that nobody has settled. */
export function LabelsView({ onChange }: { readonly onChange: () => void }) {
  const list = useAnswer<DraftList>('/drafts');
  const audit = useAnswer<AuditList>('/audit');
  return (
    <main class="app-main review">
      <h1>Labels in question</h1>
      {list.state === 'answered' && (
        <ReviewBar list={list.answer} at="labels" onUndone={({ draft }) => (draft === null ? onChange() : goToPlace(`/review/${draft}`))} />
      )}
      {audit.state === 'refused' && <RefusalNote refusal={audit.refusal} />}
      {audit.state === 'waiting' && <p class="soft">Auditing the labels …</p>}
      {audit.state === 'answered' && <Questions audit={audit.answer} onChange={onChange} />}
    </main>
  );
}

function Questions({ audit, onChange }: { readonly audit: AuditList; readonly onChange: () => void }) {
  const { questions, cases } = audit;
  if (questions.length === 0) return <p class="empty">{counted(cases, 'label')} audited: none is suspect, and no dispute is open.</p>;
  return (
    <>
      <p class="lead">
        {questions.length === 1 ? 'One' : questions.length} of {counted(cases, 'label')} {questions.length === 1 ? 'is' : 'are'} in
        question. A case in dispute does not count until somebody settles it, nor does one whose label contradicts the policy or another
        label.
      </p>
      {questions.map((question) => (
        <QuestionView key={`${question.id} ${question.hash}`} question={question} audit={audit} onChange={onChange} />
      ))}
    </>
  );
}

interface Typed {
  readonly isOpen: boolean;
  readonly decision: readonly Pair[];
  readonly argument: string;
}
const fresh: Typed = { isOpen: false, decision: [], argument: '' };

function QuestionView({
  question,
  audit,
  onChange,
}: {
  readonly question: Question;
  readonly audit: AuditList;
  readonly onChange: () => void;
}) {
  const { id, hash, title, critical, kind, reason, input, sides } = question;
  const [typed, change, forget] = useKeptTyping(`label ${id}`, fresh);
  const [refusal, setRefusal] = useState<Refusal>();
  const [isBusy, setBusy] = useState(false);
  const path = `/audit/${addressPart(id)}/answer`;
  const { decision, argument } = typed;
  const check = useCheck<DisputeSettled>(path, typed.isOpen && !isBusy ? { hash, answer: 'check', decision } : undefined);
  const answer = (body: object) => {
    if (isBusy) return;
    setBusy(true);
    setRefusal(undefined);
    tell<DisputeSettled>(path, { hash, ...body }).then(
      () => {
        forget();
        onChange();
      },
      (error: unknown) => {
        setBusy(false);
        setRefusal(error instanceof Refusal ? error : new Refusal(0, String(error)));
      },
    );
  };
  return (
    <section class="panel question" aria-labelledby={`question-${id}`}>
      <h2 id={`question-${id}`}>
        <Name text={title} />
      </h2>
      <p class="soft">
        <code>
          <Name text={id} />
        </code>
        {kind === 'dispute' ? ' · in dispute' : ' · suspect'}
        {critical && ' · critical'}
      </p>
      {reason !== null && sides.every((side) => side.argument !== reason) && (
        <p>
          <Foreign text={reason} />
        </p>
      )}
      <details>
        <summary>What was asked</summary>
        <FieldList fields={input} />
      </details>
      <div class="sheet">
        {sides.map((side, index) => (
          <section class="side" key={index} aria-label={side.source}>
            <h3>
              <Name text={side.source} />
            </h3>
            <FieldList fields={side.decision} />
            <p>
              <Foreign text={side.argument} />
            </p>
            {audit.reviewer !== null && (
              <button type="button" onClick={() => change({ isOpen: true, decision: side.typed })}>
                This side is right
              </button>
            )}
          </section>
        ))}
      </div>
      {audit.reviewer !== null && !typed.isOpen && (
        <p class="send">
          <button type="button" onClick={() => change({ isOpen: true })}>
            Another decision is right
          </button>
          {kind === 'suspect' && sides.length > 1 && (
            <button type="button" disabled={isBusy} onClick={() => answer({ answer: 'open-dispute' })}>
              Open a dispute, for others to settle
            </button>
          )}
        </p>
      )}
      {refusal && (
        <>
          <RefusalNote refusal={refusal} />
          {refusal.status === 409 && (
            <button type="button" onClick={onChange}>
              Show it as it is now
            </button>
          )}
        </>
      )}
      {typed.isOpen && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            answer({ answer: 'settle', decision, argument });
          }}
        >
          <TypedForm
            legend="The decision that holds"
            form={audit.form}
            typed={decision}
            checked={check.answer?.decision}
            onType={(pairs) => change({ decision: pairs })}
          />
          <Words label="Why does it hold? With the arithmetic." value={argument} onType={(text) => change({ argument: text })} />
          <p class="send">
            <button type="submit" class="primary" disabled={isBusy}>
              Settle it
            </button>
            <button type="button" onClick={() => change({ isOpen: false })}>
              Back
            </button>
          </p>
        </form>
      )}
    </section>
  );
}
