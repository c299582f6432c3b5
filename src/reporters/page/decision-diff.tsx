import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { ownField } from '../../contracts/own-field.ts';
import { isProse } from '../../contracts/prose.ts';
import { visibleText } from '../../text/hostile-text.ts';
import { shownValue } from '../shown-value.ts';
import { type Columns, useColumns } from './columns.ts';
import { Foreign } from './foreign.tsx';
import type { PageTrial, TrialDetail } from './page-data.ts';
import { ScrollBox } from './scroll-box.tsx';
import { WordDiff } from './word-diff.tsx';

/** A trial with its details. */
export interface ShownTrial {
  readonly trial: PageTrial;
  readonly detail: TrialDetail;
}

export interface DecisionDiffProps {
  readonly expected: JsonObject;
  /** One trial, or two that are compared. */
  readonly shown: readonly ShownTrial[];
}

/** The decisions of trials beside what is expected, field by field; prose as a word diff below. */
export function DecisionDiff({ expected, shown }: DecisionDiffProps) {
  const columns = useColumns();
  const decisions = shown.map(({ detail }) => detail.decision);
  const fields = [...new Set([expected, ...decisions].flatMap((decision) => Object.keys(decision ?? {})))];
  const prose = fields.filter((field) => decisions.some((decision) => isProse(ownField(decision, field))));
  const plain = fields.filter((field) => !prose.includes(field));
  return (
    <section aria-labelledby="decisions">
      <h3 id="decisions">Decision</h3>
      <ScrollBox label="Decisions">
        <table class="decision">
          <thead>
            <tr>
              <th scope="col">field</th>
              <th scope="col">expected</th>
              {shown.map((each) => (
                <th scope="col" key={each.trial.key}>
                  {trialName(columns, each)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {plain.map((field) => (
              <tr key={field}>
                <th scope="row" class="decision-field">
                  {visibleText(field)}
                </th>
                <td>{shownValue(ownField(expected, field))}</td>
                {shown.map((each) => (
                  <FieldCell key={each.trial.key} value={ownField(each.detail.decision, field)} wrong={isWrong(each, field)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {prose.map((field) => (
        <div class="prose-diff" key={field}>
          <h4>{visibleText(field)}</h4>
          <p>
            <ProseDiff
              values={decisions.map((decision) => ownField(decision, field))}
              names={shown.map((each) => trialName(columns, each))}
            />
          </p>
        </div>
      ))}
      {shown.map((each) => (
        <Faults key={each.trial.key} shown={each} />
      ))}
    </section>
  );
}

/** `v2 · trial 3`; in a gate the round says more: `v2 · retry 3`. */
export function trialName({ columns }: Columns, { trial: { column, purpose, number } }: ShownTrial): string {
  return `${columns[column]?.name ?? ''} · ${purpose === 'compare' ? 'trial' : purpose} ${number}`;
}

/** What counts as the same is the scorers' to say: a field is wrong where a finding is about it. */
function isWrong(shown: ShownTrial, field: string): boolean {
  return shown.detail.findings.some((finding) => finding.field === field);
}

/** A value that is not as the label wants it carries a mark and a word, not colour alone. */
function FieldCell({ value, wrong }: { readonly value: JsonValue | undefined; readonly wrong: boolean }) {
  return (
    <td class={wrong ? 'wrong' : undefined}>
      {shownValue(value)}
      {wrong && <span class="bad"> ✗ not as expected</span>}
    </td>
  );
}

interface ProseDiffProps {
  readonly values: readonly (JsonValue | undefined)[];
  /** What the trials are called that say it. */
  readonly names: readonly string[];
}

function ProseDiff({ values: [from, to], names: [one = '', other = ''] }: ProseDiffProps) {
  if (typeof from === 'string' && typeof to === 'string') return <WordDiff from={from} to={to} show="both" names={[one, other]} />;
  return <Foreign text={String(to ?? from)} />;
}

/** What the hard scorers found in a trial. */
function Faults({ shown }: { readonly shown: ShownTrial }) {
  const columns = useColumns();
  if (shown.detail.findings.length === 0 && !shown.detail.detail) return null;
  const { detail } = shown;
  return (
    <div class="faults">
      <h4>What is wrong in {trialName(columns, shown)}</h4>
      <ul>
        {detail.detail && (
          <li>
            <Foreign text={detail.detail} />
          </li>
        )}
        {detail.findings.map(({ code, message }, index) => (
          <li key={index}>
            <code>{code}</code> <Foreign text={message} />
          </li>
        ))}
      </ul>
    </div>
  );
}
