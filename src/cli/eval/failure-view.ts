import { groupAlike } from '../../contracts/alike-messages.ts';
import type { CaseResult, Evaluation, VersionResult } from '../../contracts/evaluation.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { cutTo, padTo, wrapTo } from '../terminal/display-width.ts';
import type { Output } from '../terminal/terminal.ts';
import { type FindingGroup, findingName, groupFindings } from './findings.ts';
import { mostShown } from './shown-cases.ts';
import { caseHeadline } from './view.ts';

/** Longest explanation of one finding, in characters; the whole text is in the JSON report. */
const longestMessage = 300;

/** Longest message of an infra error: what to do next stands at its end. */
const longestInfraMessage = 600;

/**
 * What is wrong, case by case, the current version last, next to the table that follows; with the command that shows it again.
 * @param rerun the command for one version on one case
 */
export function failureLines(
  evaluation: Pick<Evaluation, 'versions' | 'stopped' | 'trialsPerCase'>,
  output: Output,
  rerun: (version: string, caseId: string) => string,
): string[] {
  const versions = evaluation.versions.toSorted((one, other) => Number(one.role === 'current') - Number(other.role === 'current'));
  const lines = versions.flatMap((version) => versionLines(version, evaluation.trialsPerCase, output, rerun));
  const stopped =
    evaluation.stopped === undefined ? [] : ['', output.style('yellow', ` ! The run ended early: ${plainLine(evaluation.stopped)}`)];
  return [...lines, ...stopped];
}

function versionLines(
  version: VersionResult,
  wanted: number,
  output: Output,
  rerun: (version: string, caseId: string) => string,
): string[] {
  const faulty = version.cases.filter(({ passes, runs, infraErrors }) => passes < runs || infraErrors.length > 0);
  if (faulty.length === 0) return [];
  const { name } = version.version;
  const left = Math.max(0, faulty.length - mostShown);
  const role = version.role === 'comparison' ? ' (for comparison only)' : '';
  return [
    '',
    output.style('bold', ` What is wrong with ${name}${role}`),
    ...faulty
      .slice(0, mostShown)
      .flatMap((result) => [
        '',
        ...headLines(result, wanted, output),
        ...groupFindings(result).flatMap((group) => findingLines(group, result.runs, output)),
        ...toolErrorLines(result, output),
        ...infraLines(result, output),
        `   ${output.style('dim', 'rerun:')} ${rerun(name, result.caseId)}`,
      ]),
    ...(left > 0 ? ['', `   ${counted(left, 'more case')} of ${name} went wrong; reports/evaluation.json has them.`] : []),
  ];
}

function headLines(result: CaseResult, wanted: number, output: Output): string[] {
  const { text, style } = caseHeadline(result, wanted);
  const head = `${text}  ${plainLine(result.caseId)}`;
  const title = cutTo(plainLine(result.title), Math.max(20, output.columns - head.length - 4));
  return [` ${style ? output.style(style, text) : text}  ${output.style('bold', plainLine(result.caseId))}  ${output.style('dim', title)}`];
}

/** The first of the errors stands for all: what is wrong with a tool shows in one. */
function toolErrorLines({ trials, runs }: CaseResult, output: Output): string[] {
  const errors = trials.flatMap(({ toolErrors = [] }) => toolErrors.slice(0, 1));
  const [message] = errors;
  if (message === undefined) return [];
  const others = new Set(errors).size - 1;
  return labelledLines(`tool error ${count(errors.length)}/${count(runs)}`, message, others, output);
}

function findingLines({ code, trials, example, others }: FindingGroup, runs: number, output: Output): string[] {
  return labelledLines(`${findingName(code)} ${count(trials)}/${count(runs)}`, example.message, others, output);
}

function labelledLines(label: string, text: string, others: number, output: Output): string[] {
  const more = others > 0 ? ` (and ${count(others)} more like it)` : '';
  const message = cutTo(plainLine(text), longestMessage) + more;
  const indent = 3;
  const column = 28;
  const lines = wrapTo(message, Math.max(20, output.columns - indent - column - 1));
  return lines.map((line, index) => ' '.repeat(indent) + padTo(index === 0 ? label : '', column) + line);
}

function infraLines({ infraErrors }: CaseResult, output: Output): string[] {
  const texts = infraErrors.map(({ error, message }) => `infra error (${error}): ${plainLine(message)}`);
  return groupAlike(texts).flatMap(({ message, count: trials }) =>
    wrapTo(`${count(trials)}× ${cutTo(message, longestInfraMessage)}`, Math.max(20, output.columns - 4)).map((line) => `   ${line}`),
  );
}
