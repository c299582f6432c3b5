import { relative } from 'node:path';
import type { Change, ImprovementPlan, ModelReading, Problem } from '../../contracts/improvement-plan.ts';
import type { WrittenReports } from '../../reporters/write-reports.ts';
import { count, counted, money } from '../../text/figures.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';
import type { Output } from '../terminal/terminal.ts';

const marks = { critical: '✗', serious: '!', minor: '·' } as const;
const styles = { critical: 'red', serious: 'yellow', minor: 'dim' } as const;

/** The core finding, the problems by severity, the changes, and where the plan stands. */
export function planLines(
  { agent, version, context, core, problems, changes, worksWell, drafts, reading }: ImprovementPlan,
  written: WrittenReports,
  output: Output,
): string[] {
  const what =
    context.source === 'trials' ? `${counted(context.runs, 'trial')} on ${counted(context.cases, 'case')}` : counted(context.runs, 'trace');
  return [
    '',
    ` ${plainLine(`${version.name} of ${agent}`)} · ${what}${context.simulated ? ' · simulated model' : ''}`,
    ...context.leftOut.map(({ version: other, runs, why }) =>
      output.style('yellow', ` ! not in this plan: ${counted(runs, 'run')} of ${plainLine(other)}, ${plainLine(why)}`),
    ),
    ...(context.drawnFrom === undefined
      ? []
      : [
          output.style(
            'yellow',
            ` ! ${count(context.runs)} of ${counted(context.drawnFrom, 'trace')} were read whole, drawn at random; --most reads more`,
          ),
        ]),
    ...(context.takenFor > 0
      ? [
          output.style(
            'yellow',
            ` ! ${counted(context.takenFor, 'run')} named no known version and ${context.takenFor === 1 ? 'was' : 'were'} taken for this one`,
          ),
        ]
      : []),
    ...(context.withInput < context.runs
      ? [
          output.style(
            'yellow',
            ` ! ${counted(context.runs - context.withInput, 'run')} without a whole input: only what they say of themselves was looked at`,
          ),
        ]
      : []),
    ...(context.against === undefined
      ? []
      : [
          context.against.tooFew === undefined
            ? ` compared with ${counted(context.against.runs, 'run')} of ${plainLine(context.against.name)}`
            : output.style(
                'yellow',
                ` ! not compared with ${plainLine(context.against.name)}: ${counted(context.against.runs, 'run')} there, ${count(context.runs)} here, and ${context.against.tooFew} of each are needed`,
              ),
        ]),
    ...(context.policy ? [] : [output.style('yellow', ' ! the agent declares no policy, so what is right cannot be computed')]),
    '',
    ...core.map((sentence) => ` ${plainLine(sentence)}`),
    ...(reading ? readingLines(reading, output) : []),
    ...(problems.length > 0 ? ['', ...problems.map((problem) => problemLine(problem, output))] : []),
    ...(worksWell.length > 0
      ? [
          '',
          output.style(
            'dim',
            ` ${counted(worksWell.length, 'thing')} that work${worksWell.length === 1 ? 's' : ''} and should stay: see the plan.`,
          ),
        ]
      : []),
    ...(changes.length > 0 ? ['', ...changes.map(changeLine)] : []),
    ...(drafts.length > 0 ? ['', ` ${counted(drafts.length, 'case')} to add: docket cases draft --by finding`] : []),
    '',
    ...written.files.map((file) => ` ${plainLine(relative(process.cwd(), file) || file)}`),
    ...(written.unwritten === undefined ? [] : [output.style('yellow', ` ! ${plainText(written.unwritten)}`)]),
    '',
  ];
}

/** What a model said and holds, and how much does not. */
function readingLines({ model, mode, claims, dropped, fault, dollars }: ModelReading, output: Output): string[] {
  const who = mode === 'simulated' ? 'a simulated model' : plainLine(model);
  const price = mode === 'live' && dollars !== undefined ? ` for ${money(dollars)}` : '';
  if (fault !== undefined)
    return ['', output.style('yellow', ` ! ${who} was asked${price}, and there is nothing of it: ${plainLine(fault)}`)];
  return [
    '',
    ` What ${who} makes of it${price}, each claim held against its evidence:`,
    ...claims.map(({ text }) => `   ${plainLine(text)}`),
    ...dropped.map(({ why, many }) => output.style('yellow', ` ! ${count(many)} dropped: ${plainLine(why)}`)),
  ];
}

function problemLine({ severity, what, seen, cause }: Problem, output: Output): string {
  return ` ${output.style(styles[severity], marks[severity])} ${`${count(seen.runs)}/${count(seen.of)}`.padStart(9)}  ${cause.padEnd(6)}  ${plainLine(what)}`;
}

function changeLine({ id, what, group }: Change): string {
  return ` ${id.padEnd(6)} ${group.padEnd(9)}  ${plainLine(what)}`;
}
