import { askedModel } from '../contracts/answered-by.ts';
import { type Attribution, type Part, partWords } from '../contracts/attribution.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import type { CaseArm, CaseChange, ReportedCase } from '../contracts/reported-case.ts';
import type { ComparedHead, ReportedEvidence, ReportHead, Spending } from '../contracts/verdict.ts';
import { cost, count, counted, dropText, listed, percent, points, statistic } from '../text/figures.ts';
import { visibleLine } from '../text/hostile-text.ts';

/** How good or bad something is for the reader; also the class of its colour and shape. */
export type Tone = 'good' | 'bad' | 'warn' | 'calm';

/** The headline of a report: a mark that needs no colour, a name, and its tone. */
export interface Headline {
  readonly mark: string;
  readonly name: string;
  readonly tone: Tone;
}

export function headlineOf(report: ReportHead): Headline {
  if (report.kind === 'comparison') return { mark: '⇄', name: 'Comparison', tone: 'calm' };
  switch (report.verdict) {
    case 'pass':
      if (report.failingNewCases) return { mark: '!', name: `${passNames[report.basis]}, but new cases fail`, tone: 'warn' };
      return { mark: '✓', name: passNames[report.basis], tone: 'good' };
    case 'waived':
      return { mark: '✓', name: 'Passed with waiver', tone: 'warn' };
    case 'regressed':
      return { mark: '✗', name: 'Regressed', tone: 'bad' };
    case 'inconclusive':
      return { mark: '?', name: 'Inconclusive', tone: 'warn' };
    case 'needs-approval':
      return { mark: '!', name: 'Needs approval', tone: 'warn' };
    case 'incomplete':
      return { mark: '!', name: 'Incomplete', tone: 'warn' };
    case 'not-evaluated':
      return { mark: '!', name: 'Not evaluated', tone: 'warn' };
    case 'error':
      return { mark: '!', name: 'Error', tone: 'bad' };
  }
}

const passNames = { tested: 'Pass', unchanged: 'Pass, nothing changed', replayed: 'Pass, replayed' } as const;

/** What the report says in a sentence. */
export function sentenceOf(report: ReportHead, cases: readonly Partial<Pick<ReportedCase, 'change'>>[]): string {
  if (report.kind === 'verdict') return report.reason;
  const changes = changeCounts(cases).map(([change, cases]) => `${count(cases)} ${changeNames[change].name}`);
  return `${changes.join(', ')}. A comparison informs; it is not a statistical verdict.`;
}

/** How many cases changed in which way, in the order of `changeNames`; ways that no case took are left out. */
export function changeCounts(cases: readonly Partial<Pick<ReportedCase, 'change'>>[]): [CaseChange, number][] {
  return changeOrder
    .map((change): [CaseChange, number] => [change, cases.filter((each) => each.change === change).length])
    .filter(([, number]) => number > 0);
}

export const changeNames: Readonly<Record<CaseChange, Headline>> = {
  'label-changed': { mark: '✎', name: 'label changed', tone: 'warn' },
  'flipped-to-fail': { mark: '✗', name: 'flipped to fail', tone: 'bad' },
  worse: { mark: '↓', name: 'worse', tone: 'bad' },
  incomplete: { mark: '!', name: 'incomplete', tone: 'warn' },
  'flipped-to-pass': { mark: '✓', name: 'flipped to pass', tone: 'good' },
  better: { mark: '↑', name: 'better', tone: 'good' },
  'decision-changed': { mark: '~', name: 'decision changed', tone: 'warn' },
  new: { mark: '+', name: 'new', tone: 'calm' },
  same: { mark: '=', name: 'same', tone: 'calm' },
};

/** How a version does on a case, over all its trials. */
export type CaseOutcome = 'fails' | 'flaky' | 'incomplete' | 'not-run' | 'passes';

export const outcomeNames: Readonly<Record<CaseOutcome, Headline>> = {
  fails: { mark: '✗', name: 'fails', tone: 'bad' },
  flaky: { mark: '~', name: 'passes sometimes', tone: 'bad' },
  incomplete: { mark: '!', name: 'incomplete', tone: 'warn' },
  'not-run': { mark: '–', name: 'not run', tone: 'calm' },
  passes: { mark: '✓', name: 'passes', tone: 'good' },
};

/** What a reader should look at first comes first. */
export const outcomeOrder = Object.keys(outcomeNames) as CaseOutcome[];

export function outcomeOf({ passes, runs, infraErrors }: Pick<CaseArm, 'passes' | 'runs' | 'infraErrors'>): CaseOutcome {
  if (infraErrors.length > 0) return 'incomplete';
  if (runs === 0) return 'not-run';
  if (passes === runs) return 'passes';
  return passes === 0 ? 'fails' : 'flaky';
}

/** What became of a case: how it changed where two sides are compared, otherwise how the judged version does on it. */
export function caseHeadline({ change, result }: { readonly change?: CaseChange | undefined; readonly result: CaseOutcome }): Headline {
  // What did not run is no more the same than another.
  if (change === 'same' && result === 'not-run') return outcomeNames['not-run'];
  return change ? changeNames[change] : outcomeNames[result];
}

/** What a reader should look at first comes first. */
export const changeOrder = Object.keys(changeNames) as CaseChange[];

/** Cases in reading order: by change, critical ones first, then the strongest evidence. */
export function inReadingOrder<Case extends Pick<ReportedCase, 'change' | 'critical' | 'eValue' | 'id'>>(cases: readonly Case[]): Case[] {
  return cases.toSorted(
    (one, other) =>
      changeOrder.indexOf(one.change) - changeOrder.indexOf(other.change) ||
      Number(other.critical) - Number(one.critical) ||
      (other.eValue ?? 0) - (one.eValue ?? 0) ||
      (one.id < other.id ? -1 : 1),
  );
}

/** The case that the verdict names; undefined when it names none. */
export function accusedCaseId(report: ReportHead): string | undefined {
  if (report.kind === 'comparison') return undefined;
  if (report.verdict === 'inconclusive') return report.caseId;
  if ((report.verdict === 'regressed' || report.verdict === 'waived') && report.accusation.cause !== 'suite')
    return report.accusation.caseId;
  return undefined;
}

/** Who answered, said as plainly as it matters; stands after the name of the mode. */
export const modeNotes: Readonly<Record<ModelMode, string>> = {
  live: 'A real model answered.',
  recorded: 'Stored answers of a model were replayed; no model was called.',
  simulated: 'No real model answered. This says nothing about how a real one behaves.',
};

/** What the change was put down to, after "Attributed to". */
export function causeName({ factor, factors }: Attribution): string {
  if (factor === 'several') return partNames(factors);
  if (factor === 'interaction') return `${partNames(factors)} together`;
  return factor === 'unclear' ? 'not decided' : partWords(factor);
}

/** `the prompt, the tools and the model`. */
export function partNames(factors: readonly Part[]): string {
  return listed(factors.map((factor) => partWords(factor)));
}

/** What the columns of the two versions are called: a verdict compares with main, a comparison names its versions. */
export function sideNames(report: ComparedHead & Pick<ReportHead, 'kind'>): { readonly baseline: string; readonly candidate: string } {
  if (report.kind === 'verdict') return { baseline: 'main', candidate: 'candidate' };
  return { baseline: visibleLine(report.baseline.version.name), candidate: visibleLine(report.candidate.version.name) };
}

/** What the evidence says, in a line for each test; the critical case only where it was decided wrongly. */
export function evidenceTexts({ case: strongest, suite, critical }: ReportedEvidence): {
  readonly case: string;
  readonly suite: string;
  readonly critical: string | undefined;
} {
  const change = ({ value, low, high }: typeof suite.drop) => `pass rate ${points(-value)} (${points(-high)} to ${points(-low)})`;
  const weight = ({ eValue, meanEValue, threshold }: Pick<typeof strongest, 'eValue' | 'meanEValue' | 'threshold'>) =>
    `evidence ${statistic(eValue)}, ${statistic(meanEValue)} on average over the cases (blocks at ${statistic(threshold)})`;
  const test = suite.test ? `; p = ${statistic(suite.test.pValue)} (blocks at ${statistic(suite.test.level)})` : '';
  return {
    case: `${change(strongest.drop)}; ${weight(strongest)}`,
    suite: `${change(suite.drop)}; to pass, a drop of ${points(suite.margin).replace('+', '')} must be ruled out${test}`,
    critical:
      critical && critical.candidate.harm > 0
        ? `${critical.harmKind === 'decision' ? 'wrong decisions' : 'false approvals'} in ${count(critical.candidate.harm)} of ${counted(critical.candidate.runs, 'run')}, on main in ${count(critical.baseline.harm)} of ${count(critical.baseline.runs)}; ${weight(critical)}`
        : undefined,
  };
}

/** `v2 (prompt v2, tools v2, claude-sonnet-4-6)`. */
export function versionName({ version }: ComparedHead['baseline']): string {
  return `${version.name} (${versionMakeup(version)})`;
}

/** `prompt v2, tools v2, claude-sonnet-4-6`. */
export function versionMakeup({ prompt, toolVariant, model }: ComparedHead['baseline']['version']): string {
  return `prompt ${prompt}, tools ${toolVariant}, ${askedModel(model)}`;
}

/** What a trial of a side cost on average; a dash where only counts are known, so that there is nothing to price. */
export function costPerTrial({ meanDollars, meanTokens }: ComparedHead['baseline']['totals'], mode: ModelMode): string {
  return meanTokens === undefined ? '–' : cost(meanDollars, mode);
}

/** `main@1a2b3c4`, as much of it as is known. */
export function gitName({ git }: ComparedHead['baseline']): string | undefined {
  const commit = git?.commit?.slice(0, 10);
  if (git?.ref && commit && git.ref.startsWith(commit)) return commit;
  return git?.ref && commit ? `${git.ref}@${commit}` : (git?.ref ?? commit);
}

/** `52 trials run, 100 reused, 58 saved compared with a fixed number of runs`. */
export function spendingSentence({ trials: { spent, reused, saved } }: Spending): string {
  return `${counted(spent, 'trial')} run, ${count(reused)} reused${saved > 0 ? `, ${count(saved)} saved compared with a fixed number of runs` : ''}`;
}

/** What this run could have found; undefined when it was not worked out. */
export function detectableSentence(report: ReportHead): string | undefined {
  if (report.kind !== 'verdict' || !('detectable' in report) || !report.detectable) return undefined;
  const { power, suiteDrop, caseDrop, harmRate } = report.detectable;
  const parts = [
    suiteDrop === undefined ? undefined : `a drop of ${dropText(suiteDrop)} across the suite`,
    caseDrop === undefined ? undefined : `a drop of ${dropText(caseDrop)} in one case`,
    harmRate === undefined ? undefined : `harmful decisions in ${percent(harmRate)} of the runs of a critical case`,
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return `${percent(power)} of the time, this run would have detected ${parts.join(', or ')}. Smaller regressions may have gone unnoticed.`;
}

/** The first character of a line of a diff. */
export const diffMarks = { same: ' ', removed: '-', added: '+', gap: '@' } as const;

/** What a part does to the pass rate, with its bounds; words where no mixture says it. */
export function effectText({ effect, in: putIn, out }: Attribution['contrasts'][number]): string {
  if ([putIn, out].some(({ before, after }) => before.runs === 0 || after.runs === 0)) return 'not tried';
  return `${points(-effect.value)} (${points(-effect.high)} to ${points(-effect.low)})`;
}
