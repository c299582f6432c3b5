import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { ownField } from '../../contracts/own-field.ts';
import { isProse } from '../../contracts/prose.ts';
import { visibleText } from '../../text/hostile-text.ts';
import { shownValue } from '../shown-value.ts';
import { Foreign } from './foreign.tsx';
import type { PageTrial, TrialDetail } from './page-data.ts';
import { ScrollBox } from './scroll-box.tsx';
import { useSideNames } from './side-names.ts';
import { WordDiff } from './word-diff.tsx';

/** A trial with its details. */
export interface ShownTrial {
  readonly trial: PageTrial;
  readonly detail: TrialDetail;
}

export interface DecisionDiffProps {
  readonly expected: JsonObject;
  readonly baseline: ShownTrial | undefined;
  readonly candidate: ShownTrial | undefined;
}

/** The decisions of two trials beside what is expected, field by field; prose as a word diff below. */
export function DecisionDiff({ expected, baseline, candidate }: DecisionDiffProps) {
  const names = useSideNames();
  const from = baseline?.detail.decision;
  const to = candidate?.detail.decision;
  const fields = [...new Set([...Object.keys(expected), ...Object.keys(from ?? {}), ...Object.keys(to ?? {})])];
  const prose = fields.filter((field) => isProse(ownField(from, field)) || isProse(ownField(to, field)));
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
              <th scope="col">{sideName(names.baseline, baseline)}</th>
              <th scope="col">{sideName(names.candidate, candidate)}</th>
            </tr>
          </thead>
          <tbody>
            {plain.map((field) => (
              <tr key={field}>
                <th scope="row" class="decision-field">
                  {visibleText(field)}
                </th>
                <td>{shownValue(ownField(expected, field))}</td>
                <FieldCell value={ownField(from, field)} wrong={isWrong(baseline, field)} />
                <FieldCell value={ownField(to, field)} wrong={isWrong(candidate, field)} />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {prose.map((field) => (
        <div class="prose-diff" key={field}>
          <h4>{visibleText(field)}</h4>
          <p>
            <ProseDiff from={ownField(from, field)} to={ownField(to, field)} />
          </p>
        </div>
      ))}
      <Faults shown={baseline} />
      <Faults shown={candidate} />
    </section>
  );
}

export function sideName(name: string, shown: ShownTrial | undefined): string {
  return shown ? `${name} · ${shown.trial.purpose} ${shown.trial.number}` : name;
}

/** What counts as the same is the scorers' to say: a field is wrong where a finding is about it. */
function isWrong(shown: ShownTrial | undefined, field: string): boolean {
  return shown?.detail.findings.some((finding) => finding.field === field) ?? false;
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

function ProseDiff({ from, to }: { readonly from: JsonValue | undefined; readonly to: JsonValue | undefined }) {
  if (typeof from === 'string' && typeof to === 'string') return <WordDiff from={from} to={to} show="both" />;
  return <Foreign text={String(to ?? from)} />;
}

/** What the hard scorers found in a trial. */
function Faults({ shown }: { readonly shown: ShownTrial | undefined }) {
  const names = useSideNames();
  if (!shown || (shown.detail.findings.length === 0 && !shown.detail.detail)) return null;
  const { trial, detail } = shown;
  return (
    <div class="faults">
      <h4>What is wrong in {sideName(names[trial.side], shown)}</h4>
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
