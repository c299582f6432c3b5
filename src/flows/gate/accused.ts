import { relative, resolve } from 'node:path';
import type { AccusedCase } from '../../contracts/accused-case.ts';
import { type Attribution, partWords as wordsOf } from '../../contracts/attribution.ts';
import { sameValue } from '../../contracts/compare-values.ts';
import { ownField } from '../../contracts/own-field.ts';
import type { ReportedTrial } from '../../contracts/reported-case.ts';
import { startedIn } from '../../contracts/started-in.ts';
import { listed } from '../../text/figures.ts';
import { firstDifference } from './first-difference.ts';
import type { GateContext } from './gate-context.ts';
import type { CaseLedger } from './ledger.ts';

/** Findings and fields that are told of one case. */
const mostFindings = 6;
const mostFields = 6;
/** Longest value of a field, in characters. */
const longestValue = 200;

/** What is wrong with a case that got worse, where, and what to do about it. */
export function accusedCase(context: GateContext, ledger: CaseLedger, attribution: Attribution | undefined): AccusedCase {
  const { loaded, runs, stored } = ledger;
  const { request, config, mainConfig, suite, candidate, mode } = context;
  const file = relative(suite.added.has(loaded.case.id) ? config.root : mainConfig.root, resolve(startedIn, loaded.file));
  const trials = Array.from(runs.candidate, ({ reported }) => reported);
  const failed = trials.filter(({ pass }) => !pass);
  const passed = [...stored.judged, ...runs.baseline].map(({ reported }) => reported).filter(({ pass }) => pass);
  const [wrong] = failed;
  const [right] = [...passed, ...trials.filter(({ pass }) => pass)];
  const step = wrong && right ? firstDifference(right, wrong, passed.includes(right) ? 'main' : 'a trial that passes') : undefined;
  const words = [
    'eval',
    '--case',
    loaded.case.id,
    '--versions',
    candidate.identity.name,
    '--trials',
    String(Math.max(5, trials.length)),
    '--mode',
    mode,
  ];
  return {
    caseId: loaded.case.id,
    file,
    findings: findingsOf(trials),
    fields: fieldsOf(failed, loaded.case.label.decision),
    ...(step === undefined ? {} : { step }),
    again: request.command?.(words) ?? `docket ${words.join(' ')}`,
    remedy: `${remedyOf(attribution)} If the candidate's answer is the right one, the label is wrong: correct it in ${file} in a separate pull request.`,
  };
}

function remedyOf(attribution: Attribution | undefined): string {
  if (attribution === undefined)
    return 'There is evidence against this case but no proof: look at its trials, and check whether it is just as unsteady on main.';
  if (attribution.factors.length === 0) return 'Undo or fix the change that caused it.';
  const list = listed(attribution.factors.map((factor) => wordsOf(factor)));
  if (attribution.factor === 'unclear')
    return `Change ${list} in separate pull requests, so that each is tried alone, or undo what you suspect.`;
  if (attribution.factor === 'interaction') return `Undo or fix one of ${list}: only together do they cause it.`;
  return `Undo or fix the change to ${list}.`;
}

function findingsOf(trials: readonly ReportedTrial[]): AccusedCase['findings'] {
  const byCode = new Map<string, { message: string; trials: number }>();
  for (const { findings } of trials) {
    for (const { code, message } of new Map(findings.map((finding) => [finding.code, finding])).values()) {
      const known = byCode.get(code);
      byCode.set(code, { message: known?.message ?? message, trials: (known?.trials ?? 0) + 1 });
    }
  }
  return [...byCode]
    .sort(([, one], [, other]) => other.trials - one.trials)
    .slice(0, mostFindings)
    .map(([code, found]) => ({ code, ...found, of: trials.length }));
}

/** Labelled fields that a finding is about, or, where it does not say which, names: the scorers know what counts as equal. */
function fieldsOf(failed: readonly ReportedTrial[], label: AccusedCaseLabel): AccusedCase['fields'] {
  const fields: AccusedCase['fields'] = [];
  for (const [field, expected] of Object.entries(label)) {
    const named = failed.find(
      ({ decision, findings }) =>
        decision !== undefined &&
        findings.some((finding) =>
          finding.field === undefined
            ? wordIn(field, finding.message) && !sameValue(field, ownField(decision, field), expected)
            : finding.field === field,
        ),
    );
    if (named) fields.push({ field, expected: shown(expected), actual: shown(ownField(named.decision, field)) });
  }
  return fields.slice(0, mostFields);
}

type AccusedCaseLabel = CaseLedger['loaded']['case']['label']['decision'];

function wordIn(word: string, text: string): boolean {
  return text.split(/[^\p{L}\p{N}_-]+/u).includes(word);
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
