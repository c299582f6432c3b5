import { useEffect, useRef, useState } from 'preact/hooks';
import { Foreign } from '../../../reporters/page/foreign.tsx';
import { useKeys } from '../../../reporters/page/keyboard.ts';
import type { DraftAnswered } from '../../api/answer-draft.ts';
import type { DraftCheck } from '../../api/check-draft.ts';
import type { PolicyAnswer } from '../../api/draft-shapes.ts';
import type { DraftSheet } from '../../api/get-draft.ts';
import type { DraftList } from '../../api/list-drafts.ts';
import type { ReviewUndone } from '../../api/undo-review.ts';
import { Refusal, tell } from '../ask.ts';
import { addressPart } from '../place.ts';
import { RefusalNote } from '../refusal-note.tsx';
import { FieldList } from './field-list.tsx';
import { useKeptTyping } from './kept-typing.ts';
import { useUndo } from './review-bar.tsx';
import { type Pair, TypedForm, Words } from './typed-form.tsx';
import { useCheck } from './use-check.ts';

type Kind = 'approve' | 'correct' | 'dispute' | 'discard';

interface Typed {
  readonly kind: Kind | null;
  readonly decision: readonly Pair[];
  readonly why: string;
  readonly against: readonly Pair[];
  readonly source: string;
  readonly argument: string;
  readonly input: readonly Pair[];
  readonly title: string;
  readonly caseId: string;
  readonly critical: boolean;
  readonly acceptRedaction: boolean;
}

const fresh: Typed = {
  kind: null,
  decision: [],
  why: '',
  against: [],
  source: '',
  argument: '',
  input: [],
  title: '',
  caseId: '',
  critical: false,
  acceptRedaction: false,
};

const kinds: readonly { readonly kind: Kind; readonly key: string; readonly name: string; readonly help: string }[] = [
  { kind: 'approve', key: 'a', name: 'Approve', help: "the policy's answer is right" },
  { kind: 'correct', key: 'c', name: 'Correct', help: 'another decision is right' },
  { kind: 'dispute', key: 'd', name: 'Dispute', help: 'there are good arguments for two' },
  { kind: 'discard', key: 'x', name: 'Discard', help: 'not worth a case' },
];

export interface AnswerFormProps {
  readonly sheet: DraftSheet;
  readonly last: DraftList['last'];
  readonly onAnswered: (answered: DraftAnswered) => void;
  readonly onSkip: () => void;
  /** Reads the draft anew. */
  readonly onChange: () => void;
  readonly onUndone: (undone: ReviewUndone) => void;
}

/** The policy's answer, and what the reviewer says. Typed fields are checked by the server; nothing is decided here. */
export function AnswerForm({ sheet, last, onAnswered, onSkip, onChange, onUndone }: AnswerFormProps) {
  const { id, hash, form, missing, hasPolicy, second, critical, redactionChanges } = sheet;
  const [typed, change, forget] = useKeptTyping(id, fresh);
  const { kind } = typed;
  const [refusal, setRefusal] = useState<Refusal>();
  const [isBusy, setBusy] = useState(false);
  // What is being saved is checked by that, and is no draft any more afterwards.
  const asks = !isBusy && (kind !== null || typed.input.length > 0);
  const { decision, against, input, title, caseId } = typed;
  const check = useCheck<DraftCheck>(
    `/drafts/${addressPart(id)}/check`,
    asks ? { decision, against: kind === 'dispute' ? against : [], input, title, caseId } : undefined,
  );
  const checked = check.answer;
  const policy = checked?.policy ?? sheet.policy;
  const suggested = checked?.suggested ?? sheet.suggested;
  const undoing = useUndo(last, onUndone);
  const place = useRef<HTMLFormElement>(null);
  const choose = (chosen: Kind) => {
    setRefusal(undefined);
    const isBlank = decision.every((pair) => pair.typed === '');
    change({ kind: chosen, ...((chosen === 'correct' || chosen === 'dispute') && isBlank && policy ? { decision: policy.typed } : {}) });
  };
  // Whoever chose an answer by a key goes on typing in its first field.
  useEffect(() => {
    if (kind !== null) place.current?.querySelector<HTMLElement>('input:not([type=radio]), textarea, select, input, button')?.focus();
  }, [kind]);
  const canApprove = policy !== null;
  useKeys((key) => {
    const chosen = kinds.find((each) => each.key === key);
    if (chosen && (chosen.kind !== 'approve' || canApprove)) choose(chosen.kind);
    else if (key === 's') onSkip();
    else if (key === 'u' && last) undoing.undo();
    else return false;
    return true;
  });
  const send = () => {
    if (kind === null || isBusy) return;
    setBusy(true);
    setRefusal(undefined);
    const label = kind !== 'discard';
    const other =
      kind === 'dispute' && policy === null ? { against: { decision: against, source: typed.source, argument: typed.argument } } : {};
    tell<DraftAnswered>(`/drafts/${addressPart(id)}/answer`, {
      hash,
      answer: kind,
      why: typed.why,
      ...(kind === 'correct' || kind === 'dispute' ? { decision } : {}),
      ...(kind === 'approve' && policy ? { seen: policy.typed } : {}),
      ...other,
      ...(label ? { input, title: title || suggested.title, critical: typed.critical, acceptRedaction: typed.acceptRedaction } : {}),
      // A critical case waits for its second reviewer under the draft's name.
      ...(label && !second && !typed.critical && !critical ? { caseId: caseId || suggested.id } : {}),
      ...(second ? { title: '' } : {}),
    }).then(
      (answered) => {
        forget();
        onAnswered(answered);
      },
      (error: unknown) => {
        setBusy(false);
        setRefusal(error instanceof Refusal ? error : new Refusal(0, String(error)));
      },
    );
  };
  // Wherever the focus is: what was drawn anew meanwhile may have lost it.
  useEffect(() => {
    if (kind === null) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
      else if (event.key === 'Escape') change({ kind: null });
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  return (
    <section class="answer" aria-labelledby="answer">
      {missing.length > 0 && (
        <div class="panel">
          <TypedForm
            legend="Fill in what was not recorded"
            hint={hasPolicy ? "The policy's answer is shown once all of it is there." : undefined}
            form={missing}
            typed={input}
            checked={checked?.input}
            onType={(pairs) => change({ input: pairs })}
          />
          {checked?.inputFault && (
            <p class="note warn" role="alert">
              <Foreign text={checked.inputFault} />
            </p>
          )}
        </div>
      )}
      <Policy policy={policy} hasPolicy={hasPolicy} isWhole={missing.length === 0} />
      <h2 id="answer">Your answer</h2>
      <fieldset class="answers">
        <legend class="unseen">Your answer</legend>
        {kinds.map(({ kind: each, key, name, help }) => (
          <button
            type="button"
            key={each}
            class={each === kind ? 'chosen' : ''}
            aria-pressed={each === kind}
            disabled={each === 'approve' && !canApprove}
            onClick={() => choose(each)}
          >
            <b>
              {name} <kbd>{key}</kbd>
            </b>
            <span>{help}</span>
          </button>
        ))}
        <button type="button" onClick={onSkip}>
          <b>
            Skip <kbd>s</kbd>
          </b>
          <span>later</span>
        </button>
      </fieldset>
      {refusal && (
        <>
          <RefusalNote refusal={refusal} />
          {refusal.status === 409 && (
            <p>
              <button type="button" onClick={onChange}>
                Show it as it is now
              </button>{' '}
              <span class="soft">What you typed stays here.</span>
            </p>
          )}
        </>
      )}
      {check.refusal && !refusal && <RefusalNote refusal={check.refusal} />}
      {undoing.refusal && <RefusalNote refusal={undoing.refusal} />}
      {kind !== null && (
        <form
          class="panel"
          ref={place}
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          {(kind === 'correct' || kind === 'dispute') && (
            <TypedForm
              legend={kind === 'correct' ? 'The right decision' : 'What you would decide'}
              hint="What you leave out is not compared."
              form={form}
              typed={decision}
              checked={checked?.decision}
              onType={(pairs) => change({ decision: pairs })}
            />
          )}
          <Words
            label={whyLabels[kind]}
            hint={kind === 'approve' ? "Left empty, the policy's own words stand there." : undefined}
            value={typed.why}
            onType={(why) => change({ why })}
          />
          {kind === 'dispute' && policy !== null && <p class="soft">The other side is the policy, with its answer and arithmetic above.</p>}
          {kind === 'dispute' && policy === null && (
            <>
              <TypedForm
                legend="The other side's decision"
                form={form}
                typed={against}
                checked={checked?.against}
                onType={(pairs) => change({ against: pairs })}
              />
              <Words label="Who or what supports it?" rows={1} value={typed.source} onType={(source) => change({ source })} />
              <Words label="What is the argument for it?" value={typed.argument} onType={(argument) => change({ argument })} />
            </>
          )}
          {kind !== 'discard' && (
            <>
              {!second && (
                <Words
                  label="What makes this case hard, in one line?"
                  rows={1}
                  hint={`Left empty: ${suggested.title}`}
                  value={title}
                  onType={(text) => change({ title: text })}
                />
              )}
              {!second && !critical && (
                <label class="tick">
                  <input type="checkbox" checked={typed.critical} onChange={(event) => change({ critical: event.currentTarget.checked })} />
                  <span>It is critical: a wrong decision here does harm. A second person will be asked.</span>
                </label>
              )}
              {!second && !critical && !typed.critical && (
                <Words
                  label="Name of its file"
                  rows={1}
                  hint={`Left empty: ${suggested.id}`}
                  fault={checked?.idFault ?? undefined}
                  value={caseId}
                  onType={(text) => change({ caseId: text })}
                />
              )}
              {redactionChanges && (
                <label class="tick">
                  <input
                    type="checkbox"
                    checked={typed.acceptRedaction}
                    onChange={(event) => change({ acceptRedaction: event.currentTarget.checked })}
                  />
                  <span>Redaction changed the answer, so this is not quite what happened. Keep it as it is now.</span>
                </label>
              )}
            </>
          )}
          <p class="send">
            <button type="submit" class="primary" disabled={isBusy}>
              {isBusy ? 'Saving' : sendLabels[kind]} <kbd>Ctrl Enter</kbd>
            </button>
            <button type="button" onClick={() => change({ kind: null })}>
              Back <kbd>Esc</kbd>
            </button>
          </p>
        </form>
      )}
    </section>
  );
}

const whyLabels: Readonly<Record<Kind, string>> = {
  approve: 'Why is it right? (optional)',
  correct: 'Why?',
  dispute: 'What supports it?',
  discard: 'Why is it not worth a case?',
};

const sendLabels: Readonly<Record<Kind, string>> = {
  approve: 'Approve',
  correct: 'Save the correction',
  dispute: 'Save the dispute',
  discard: 'Discard',
};

function Policy({
  policy,
  hasPolicy,
  isWhole,
}: {
  readonly policy: PolicyAnswer | null;
  readonly hasPolicy: boolean;
  readonly isWhole: boolean;
}) {
  if (policy === null)
    return (
      <p class="note">
        {!hasPolicy
          ? 'This agent has no policy as code, so there is nothing to approve: give the right decision yourself.'
          : isWhole
            ? 'The policy has no answer for this input: give the right decision yourself.'
            : 'The policy has no answer until the input is whole.'}
      </p>
    );
  return (
    <section class="panel policy" aria-labelledby="policy">
      <h2 id="policy">What the policy says</h2>
      <FieldList fields={policy.decision} />
      <p class="rationale">
        <Foreign text={policy.rationale} />
      </p>
    </section>
  );
}
