import { type Fate, fates, type MutantResult, type MutationReport } from '../../contracts/mutation.ts';
import { mutationFamilies } from '../../contracts/mutation-families.ts';
import type { Mutated } from '../../flows/mutate/index.ts';
import type { MutationOnMain } from '../../flows/mutate/mutation-on-main.ts';
import type { ComparedMutation } from '../../mutation/compare-mutation.ts';
import { count, counted, duration, estimatedShare, listed } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { tableLines } from '../terminal/table.ts';
import type { Output } from '../terminal/terminal.ts';

const fateWords: Readonly<Record<Fate, string>> = {
  killed: 'killed',
  survived: 'survived',
  equivalent: 'equivalent',
  'not-expressible': 'not expressible',
};

/** What is shown; with the files of drafted cases where they were asked for. */
export interface ShownMutation extends Mutated {
  readonly drafts?: readonly string[];
}

/** The score, a table of families, the survivors each with the case that would kill it, and what of the suite does nothing. */
export function mutationLines({ report, reused, files, unwritten, drafts }: ShownMutation, milliseconds: number, output: Output): string[] {
  const { agent, version, mutants, cases, idleCases, idleScorers, trials } = report;
  const survivors = mutants.filter(({ fate }) => fate === 'survived');
  return [
    '',
    ` ${plainLine(`${version.name} of ${agent}`)} · simulated model · ${counted(cases.length, 'case')}, ${counted(trials, 'run')} of the version itself on each · ${counted(mutants.length, 'fault')}, ${count(reused)} known already · ${duration(milliseconds)}`,
    '',
    ...familyTable(report, output),
    '',
    ...scoreLines(report, output),
    ...(survivors.length === 0 ? [] : ['', ' Survived, so a pull request like this would be merged:', '']),
    ...survivors.flatMap((survivor) => survivorLines(survivor, output)),
    '',
    ...(idleScorers.length === 0 ? [] : [` Scorers that failed no fault: ${plainLine(listed(idleScorers))}.`]),
    ...(idleCases.length === 0
      ? []
      : [` Cases that no fault needs, because another case fails with it too: ${plainLine(listed(idleCases))}.`]),
    ...(drafts === undefined ? [] : draftLines(drafts)),
    ...(report.families ? [' Only some families: reports/mutation.json stays as it is.'] : []),
    ...(unwritten === undefined ? files.map((file) => ` ${plainLine(file)}`) : [output.style('yellow', ` ! ${plainLine(unwritten)}`)]),
    '',
  ];
}

/** What the suite lets through beside main's, as the last word. */
export function comparedLines({ ref, commit, report }: MutationOnMain, compared: ComparedMutation | undefined, note: Output): string[] {
  const main = `${plainLine(ref)} (${commit.slice(0, 7)})`;
  if (!report || !compared)
    return [note.style('yellow', ` ! ${main} has no reports/mutation.json, so nothing was compared. Commit the one of this run.`)];
  const { before, after, lost, added, fell } = compared;
  const killed = (score: MutationReport['score']) => (score ? `${count(score.killed)} of ${count(score.of)} faults` : 'no fault');
  const listedFaults = (title: string, faults: readonly MutantResult[]) =>
    faults.length === 0 ? [] : [` ${title}:`, ...faults.map(({ id }) => `   ${note.style('red', '✗')} ${plainLine(id)}`)];
  return [
    note.style(
      fell ? 'red' : 'green',
      ` ${fell ? '✗ The score fell' : '✓ The score did not fall'}: ${main} kills ${killed(before)}, this suite ${killed(after)}.`,
    ),
    ...listedFaults('Killed there, and let through here', lost),
    ...listedFaults('New, and let through', added),
    ...(fell ? [' Add a case for each (docket mutate --draft), or take back what loosened the suite.'] : []),
  ];
}

function familyTable({ mutants }: MutationReport, output: Output): string[] {
  const present = mutationFamilies.filter((family) => mutants.some((each) => each.family === family));
  const number = (of: readonly MutantResult[], fate: Fate) => count(of.filter((each) => each.fate === fate).length);
  const row = (name: string, of: readonly MutantResult[]) => [[{ text: name }], ...fates.map((fate) => [{ text: number(of, fate) }])];
  return tableLines(
    {
      header: ['faults in', ...fates.map((fate) => fateWords[fate])].map((text) => [{ text, style: 'dim' as const }]),
      groups: [
        present.map((family) =>
          row(
            family,
            mutants.filter((each) => each.family === family),
          ),
        ),
        [row('all', mutants)],
      ],
    },
    output,
  );
}

function scoreLines({ score, lowerScore, mutants }: MutationReport, output: Output): string[] {
  if (!score || !lowerScore) return [' No fault counts.'];
  const text = (of: typeof score) => `${count(of.killed)} of ${count(of.of)}, ${estimatedShare(of)}`;
  return [
    output.style(score.killed === score.of ? 'green' : 'yellow', ` Killed: ${text(score)}.`),
    ...withoutVerdict(mutants),
    ` With what the simulated model cannot express counted as survived: ${text(lowerScore)}.`,
  ];
}

function survivorLines({ id, reason, killer }: MutantResult, output: Output): string[] {
  const lines = [` ${output.style('red', '✗')} ${plainLine(id)}`];
  if (!killer) return [...lines, output.style('dim', `   ${plainLine(reason)}`)];
  const words = killer.kills ? 'This case would kill it' : 'It fails here, but not often enough for the gate';
  return [
    ...lines,
    `   ${words}: ${plainLine(JSON.stringify(killer.input))}`,
    output.style('dim', `   ${plainLine(killer.seen.join('; '))}`),
  ];
}

function draftLines(drafts: readonly string[]): string[] {
  if (drafts.length === 0) return [' Nothing to draft: no case was found that would kill a survivor and is not drafted already.'];
  return [` Drafted ${counted(drafts.length, 'case')}, for docket cases review:`, ...drafts.map((file) => `   ${plainLine(file)}`)];
}

/** A red check is a red check; how many of them are no verdict on the fault is told. */
function withoutVerdict(mutants: readonly MutantResult[]): string[] {
  const ended = (end: MutantResult['end']) => mutants.filter((each) => each.fate === 'killed' && each.end === end).length;
  const [inconclusive, incomplete] = [ended('inconclusive'), ended('incomplete')];
  if (inconclusive + incomplete === 0) return [];
  return [` Of them without a verdict, which blocks too: ${count(inconclusive)} inconclusive, ${count(incomplete)} that could not run.`];
}
