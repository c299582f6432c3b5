import type { RelationResult, VersionResult } from '../../contracts/evaluation.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { type Cell, tableLines } from '../terminal/table.ts';
import type { Output } from '../terminal/terminal.ts';

/** What became of the relations of a version, a row each; below it what says nothing of some cases, and why. Nothing where none was checked. */
export function relationLines({ version, relations = [] }: VersionResult, versions: number, output: Output): string[] {
  if (relations.length === 0) return [];
  const whose = versions > 1 ? `${plainLine(version.name)}: ` : '';
  const table = tableLines(
    {
      header: ['relation', 'holds in', 'twins', 'breaks in'].map((text): Cell => [{ text, style: 'dim' }]),
      groups: [relations.map(rowOf)],
    },
    output,
  );
  const unsure = relations.filter(({ cases, notJudged }) => cases > 0 && notJudged.cases > 0);
  const never = relations.filter(({ cases }) => cases === 0);
  return [
    ` ${whose}relations between each case and its twins; a case and its twins count as one`,
    '',
    ...table,
    ...neverLines(never, output),
    ...relations.flatMap(({ name, idle }) =>
      idle
        ? [
            output.style(
              'yellow',
              ` ! ${plainLine(name)} finds nothing wrong whatever is decided, so that it holds says nothing. Correct its check.`,
            ),
          ]
        : [],
    ),
    ...unsure.map(({ name, notJudged }) =>
      output.style('dim', ` ${plainLine(name)} says nothing of ${counted(notJudged.cases, 'case')}: ${reasonsOf(notJudged.why)}`),
    ),
    '',
  ];
}

function neverLines(never: readonly RelationResult[], output: Output): string[] {
  const [first] = never;
  if (!first) return [];
  const others = never.length === 1 ? 'was' : `and ${counted(never.length - 1, 'other relation')} were`;
  return [output.style('yellow', ` ! ${plainLine(first.name)} ${others} never judged: ${reasonsOf(first.notJudged.why)}`)];
}

function rowOf({ name, cases, twins, broken }: RelationResult): Cell[] {
  if (cases === 0) return [[{ text: plainLine(name) }], [{ text: '! never judged', style: 'yellow' }], [{ text: '0' }], [{ text: '–' }]];
  const holds = cases - broken.length;
  const wrong = broken.map(({ caseId, trials, runs, repeatsDiffer }) => {
    const luck = repeatsDiffer ? ', but its repeats differ by themselves' : '';
    return `${plainLine(caseId)} (${count(trials)} of ${counted(runs, 'trial')}${luck})`;
  });
  const shown = wrong.length > mostNamed ? [...wrong.slice(0, mostNamed), `and ${count(wrong.length - mostNamed)} more`] : wrong;
  return [
    [{ text: plainLine(name) }],
    [
      {
        text: `${broken.length === 0 ? '✓' : '✗'} ${count(holds)} of ${counted(cases, 'case')}`,
        style: broken.length === 0 ? 'green' : 'red',
      },
    ],
    [{ text: count(twins) }],
    [{ text: shown.join(', ') || '–' }],
  ];
}

/** Cases that are named one by one. */
const mostNamed = 3;

function reasonsOf(why: readonly string[]): string {
  const [first = 'it makes no twin', ...more] = why;
  return plainLine(more.length === 0 ? first : `${first} (and ${counted(more.length, 'other reason')})`);
}
