import type { Exploration, Find } from '../../contracts/exploration.ts';
import type { Explored } from '../../flows/explore/index.ts';
import { clipText } from '../../text/clip-text.ts';
import { count, counted, money } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { Output } from '../terminal/terminal.ts';

/** What was found, on which input, and what was drafted of it. */
export function explorationLines({ exploration, drafts, dollars, files, unwritten }: Explored, output: Output): string[] {
  const { agent, version, mode, seed, trials, failed, inputs, finds, stopped } = exploration;
  const spent = mode === 'live' && dollars !== undefined ? ` · ${money(dollars)} spent` : '';
  return [
    '',
    ` ${plainLine(`${version.name} of ${agent}`)} · ${mode} model · seed ${seed} · ${counted(trials, 'trial')} on ${counted(inputs.tried, 'input')}${spent}`,
    ...countLines(exploration),
    ...(failed === 0 ? [] : [output.style('yellow', ` ! ${counted(failed, 'trial')} could not run.`)]),
    ...(stopped === undefined ? [] : [output.style('yellow', ` ! Ended early: ${plainLine(stopped)}`)]),
    '',
    ...(finds.length === 0 ? [nothingLine(exploration, output)] : finds.flatMap((find) => findLines(find, output))),
    ...doubtLines(exploration, output),
    ...(drafts === undefined || finds.length === 0 ? [] : draftLines(drafts)),
    ...(unwritten === undefined ? files.map((file) => ` ${plainLine(file)}`) : [output.style('yellow', ` ! ${plainLine(unwritten)}`)]),
    '',
  ];
}

/** What was made and could not be used is told: an arbitrary that makes little else finds little. */
function countLines({ inputs: { invalid, withoutPolicy, notJudged } }: Exploration): string[] {
  return [
    ...(invalid === 0 ? [] : [` ${counted(invalid, 'input')} made that the agent does not take.`]),
    ...(withoutPolicy === 0 ? [] : [` ${counted(withoutPolicy, 'input')} made for which the policy has no answer.`]),
    ...(notJudged === 0 ? [] : [` ${counted(notJudged, 'trial')} on which no hard scorer had anything to say.`]),
  ];
}

function nothingLine({ inputs: { tried }, trials, stopped }: Exploration, output: Output): string {
  const found = `Nothing found in ${counted(trials, 'trial')} on ${counted(tried, 'input')}.`;
  return stopped === undefined ? output.style('green', ` ✓ ${found} That shows no fault, and proves none absent.`) : ` ${found}`;
}

function findLines(
  { fault, saidBy, divergence, input, twin, expected, decision, seen, elsewhere, ...find }: Find,
  output: Output,
): string[] {
  const smallest = find.smallest ? '' : '; the budget ended before the plainest input was found';
  return [
    ` ${output.style('red', '✗')} ${plainLine(fault)} (${plainLine(saidBy)}; first divergence: ${plainLine(divergence)})`,
    `   ${plainLine(JSON.stringify(input))}`,
    ...(twin ? [`   ${plainLine(JSON.stringify(twin))}`] : []),
    ...seen.map((message) => `   ${plainLine(message)}`),
    ...(expected ? [`   policy:  ${plainLine(JSON.stringify(expected))}`] : []),
    ...(decision ? [`   decided: ${plainLine(clipText(JSON.stringify(decision), 300))}`] : []),
    ...elsewhere.map((message) => output.style('dim', `   elsewhere: ${plainLine(message)}`)),
    output.style(
      'dim',
      `   in ${count(find.failures)} of ${counted(find.trials, 'trial')} here, and seen on ${counted(find.inputs, 'input')}; known after ${counted(find.foundAfter, 'trial')}${smallest}`,
    ),
    '',
  ];
}

function doubtLines({ notRepeated }: Exploration, output: Output): string[] {
  return notRepeated.map(({ fault, seen, input }) =>
    output.style('dim', ` ~ ${plainLine(fault)} did not repeat: ${plainLine(seen)} ${plainLine(JSON.stringify(input))}`),
  );
}

function draftLines({ files, known }: NonNullable<Explored['drafts']>): string[] {
  const left = known === 0 ? '' : ` A case or a draft stands for ${counted(known, 'input')} already.`;
  if (files.length === 0) return [` Nothing to draft.${left}`];
  return [` Drafted ${counted(files.length, 'case')}, for docket cases review:${left}`, ...files.map((file) => `   ${plainLine(file)}`)];
}
