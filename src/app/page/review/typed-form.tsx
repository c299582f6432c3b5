import { useId } from 'preact/hooks';
import { Name } from '../../../reporters/page/foreign.tsx';
import { visibleLine } from '../../../text/hostile-text.ts';
import type { ReadFormAnswer, TypedFieldAnswer } from '../../api/draft-shapes.ts';

export interface Pair {
  readonly field: string;
  readonly typed: string;
}

export interface TypedFormProps {
  readonly legend: string;
  readonly form: readonly TypedFieldAnswer[];
  readonly typed: readonly Pair[];
  readonly checked: ReadFormAnswer | undefined;
  /** Said under the legend. */
  readonly hint?: string | undefined;
  readonly onType: (typed: readonly Pair[]) => void;
}

/** Fields of a decision or an input to be typed; what the server has against one stands beside it. */
export function TypedForm({ legend, form, typed, checked, hint, onType }: TypedFormProps) {
  const type = (field: string, text: string) => onType([...typed.filter((pair) => pair.field !== field), { field, typed: text }]);
  return (
    <fieldset class="typed-form">
      <legend>{legend}</legend>
      {hint !== undefined && <p class="soft">{hint}</p>}
      {form.map((asked) => (
        <TypedControl
          key={asked.field}
          asked={asked}
          text={typed.find(({ field }) => field === asked.field)?.typed ?? ''}
          fault={checked?.faults.find(({ field }) => field === asked.field)?.fault}
          shown={checked?.shown.find(({ field }) => field === asked.field)?.text}
          onType={(text) => type(asked.field, text)}
        />
      ))}
    </fieldset>
  );
}

interface TypedControlProps {
  readonly asked: TypedFieldAnswer;
  readonly text: string;
  readonly fault: string | undefined;
  readonly shown: string | undefined;
  readonly onType: (text: string) => void;
}

function TypedControl({ asked, text, fault, shown, onType }: TypedControlProps) {
  const id = useId();
  const { kind, label, help, choices = [] } = asked;
  const described = { 'aria-describedby': `${id}-said`, 'aria-invalid': fault === undefined ? undefined : ('true' as const) };
  const isFew = kind === 'yes-no' || (kind === 'choice' && choices.length <= 4);
  return (
    <div class="typed-field" data-faulty={fault !== undefined}>
      {isFew ? (
        <span class="label" id={`${id}-label`}>
          <Name text={label} />
        </span>
      ) : (
        <label class="label" for={id}>
          <Name text={label} />
        </label>
      )}
      {isFew ? (
        <div class="choices" role="radiogroup" aria-labelledby={`${id}-label`} {...described}>
          {[...choices, { value: '', label: 'leave out' }].map((choice) => (
            <label key={choice.value}>
              <input type="radio" name={id} checked={text === choice.value} onChange={() => onType(choice.value)} />
              <span>
                <Name text={choice.label} />
              </span>
            </label>
          ))}
        </div>
      ) : kind === 'choice' ? (
        <select id={id} value={text} onChange={(event) => onType(event.currentTarget.value)} {...described}>
          <option value="">leave out</option>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {visibleLine(choice.label)}
            </option>
          ))}
        </select>
      ) : kind === 'number' ? (
        <input
          id={id}
          type="text"
          inputMode="decimal"
          autocomplete="off"
          value={text}
          onInput={(event) => onType(event.currentTarget.value)}
          {...described}
        />
      ) : (
        <textarea
          id={id}
          rows={kind === 'json' ? 3 : 2}
          value={text}
          onInput={(event) => onType(event.currentTarget.value)}
          {...described}
        />
      )}
      <p class="said" id={`${id}-said`} aria-live="polite">
        {fault !== undefined ? (
          <b class="bad">
            <Name text={fault} />
          </b>
        ) : shown !== undefined ? (
          <span class="read">
            Read as <Name text={shown} />
          </span>
        ) : (
          help !== undefined && <Name text={help} />
        )}
      </p>
    </div>
  );
}

/** One text of a form. */
export function Words({
  label,
  value,
  rows = 2,
  hint,
  fault,
  onType,
}: {
  readonly label: string;
  readonly value: string;
  readonly rows?: number;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly onType: (text: string) => void;
}) {
  const id = useId();
  const described = { 'aria-describedby': `${id}-said`, 'aria-invalid': fault === undefined ? undefined : ('true' as const) };
  return (
    <div class="typed-field" data-faulty={fault !== undefined}>
      <label class="label" for={id}>
        {label}
      </label>
      {rows === 1 ? (
        <input id={id} type="text" autocomplete="off" value={value} onInput={(event) => onType(event.currentTarget.value)} {...described} />
      ) : (
        <textarea id={id} rows={rows} value={value} onInput={(event) => onType(event.currentTarget.value)} {...described} />
      )}
      <p class="said" id={`${id}-said`} aria-live="polite">
        {fault === undefined ? hint !== undefined && <Name text={hint} /> : <b class="bad">{fault}</b>}
      </p>
    </div>
  );
}
