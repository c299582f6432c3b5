import type { Replay, ReplayedEnd } from '../../contracts/replay.ts';
import type { ReplayedFault } from '../../flows/replay/each-fault.ts';
import type { NamedTrial } from '../../flows/replay/newest-trials.ts';
import { clipText } from '../../text/clip-text.ts';
import { count, counted, money } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { tableLines } from '../terminal/table.ts';
import type { Output } from '../terminal/terminal.ts';

/** Trials by the name that replays them. */
export function listLines(trials: readonly NamedTrial[], output: Output): string[] {
  if (trials.length === 0) return [' No trial of a case is stored yet. Run some: docket eval.'];
  const cell = (text: string) => [{ text: plainLine(text) }];
  const header = ['trial', 'series', 'model', 'called'].map((text) => [{ text, style: 'dim' as const }]);
  const rows = trials.map(({ trial, series, mode, calls }) => [cell(trial), cell(series), cell(mode), cell(calls.join(', ') || 'nothing')]);
  return ['', ...tableLines({ header, groups: [rows], wholeNames: true }, output), ''];
}

/** What was changed, what the agent did then, and both ends side by side. */
export function replayLines(told: Replay, output: Output): string[] {
  const { trial, key, ranBy, version, mode, otherState, changed, kept, original, replays } = told;
  const warn = (text: string) => output.style('yellow', ` ! ${plainLine(text)}`);
  return [
    '',
    ` ${plainLine(`${trial}`)} · series ${plainLine(key.series)} · ${ranBy} model · run on with ${plainLine(version.name)}, ${mode} model`,
    ...(otherState
      ? [
          warn(
            `it was run by ${key.versionFingerprint.slice(0, 12)}, which is not ${version.name} as it is now: what was said before the change is of another prompt, model or tools`,
          ),
        ]
      : []),
    ...(ranBy === mode ? [] : [warn(`the answers up to the change are ${ranBy} ones, those after it ${mode} ones`)]),
    ...(changed.same ? [warn('the result is what it was: nothing is changed')] : []),
    '',
    ` Kept: ${counted(kept.modelCalls, 'model call')} and ${counted(kept.toolCalls, 'tool result')}, but for call ${count(changed.call)} of ${plainLine(changed.tool)}`,
    `   it said:  ${resultText(changed.was)}`,
    `   now says: ${resultText(changed.is)}`,
    '',
    ...replays.flatMap((end) => [
      ...(replays.length === 1 ? [] : [` ${count(end.number)}.`]),
      ...end.calls.map((call) => ` then calls ${plainLine(call.tool)} ${clipped(JSON.stringify(call.input))} → ${resultText(call)}`),
      ...(end.calls.length === 0 ? [' then calls no tool'] : []),
      ...sideBySide(original, end, output),
      ...end.guessedAround.map((message) => output.style('red', ` ✗ guessed around: ${plainLine(message)}`)),
      ...(mode === 'live' && !end.reused ? [output.style('dim', ` ${money(end.dollars)} for what was asked after the change`)] : []),
      '',
    ]),
    ' Stored apart: no gate, baseline or evaluation counts it.',
    '',
  ];
}

/** Each tool with each fault, and what the agent did then. */
export function faultLines(trial: string, faults: readonly ReplayedFault[], output: Output): string[] {
  const header = ['tool', 'fault', 'the agent', ''].map((text) => [{ text, style: 'dim' as const }]);
  const rows = faults.flatMap(({ tool, call, fault, told }) =>
    told.replays.map((end) => [
      [{ text: plainLine(call === 1 ? tool : `${tool}, call ${count(call)}`) }],
      [{ text: fault }],
      [{ text: plainLine(doneIn(end, tool)) }],
      [end.guessedAround.length === 0 ? { text: '✓', style: 'green' as const } : { text: '✗ guessed around', style: 'red' as const }],
    ]),
  );
  const guessed = rows.length - faults.flatMap(({ told }) => told.replays.filter((end) => end.guessedAround.length === 0)).length;
  return [
    '',
    ` ${plainLine(trial)} · run on with each tool failing`,
    '',
    ...tableLines({ header, groups: [rows] }, output),
    '',
    guessed === 0
      ? output.style('green', ' ✓ No tool that failed was guessed around.')
      : output.style('red', ` ✗ ${counted(guessed, 'run')} of ${count(rows.length)} decide without what the tool would have said.`),
    ' Stored apart: no gate, baseline or evaluation counts them.',
    '',
  ];
}

function doneIn({ calls, outcome, decision }: Replay['replays'][number], tool: string): string {
  const again = calls.filter((call) => call.tool === tool).length;
  const end = decision
    ? `decides ${clipped(JSON.stringify(Object.fromEntries(Object.entries(decision).filter(([, value]) => typeof value !== 'string'))))}`
    : outcome;
  return again === 0 ? end : `calls it again, ${end}`;
}

function sideBySide(original: ReplayedEnd, end: Replay['replays'][number], output: Output): string[] {
  const fields = [...new Set([...Object.keys(original.decision ?? {}), ...Object.keys(end.decision ?? {})])];
  const value = ({ decision }: ReplayedEnd, field: string) =>
    clipped(decision && field in decision ? JSON.stringify(decision[field]) : '–');
  const row = (name: string, before: string, after: string, differs: boolean) => [
    [{ text: plainLine(name) }],
    [{ text: plainLine(before) }],
    [{ text: plainLine(after), ...(differs ? { style: 'yellow' as const } : {}) }],
  ];
  const verdict = ({ pass, findings }: ReplayedEnd) =>
    pass ? 'passed' : `failed: ${[...new Set(findings.map(({ code }) => code))].join(', ')}`;
  const rows = [
    row('outcome', ending(original), ending(end), original.outcome !== end.outcome),
    ...fields.map((field) => row(field, value(original, field), value(end, field), end.differs.includes(field))),
    row("by the case's label", verdict(original), verdict(end), original.pass !== end.pass),
  ];
  const header = ['', 'original', 'run on'].map((text) => [{ text, style: 'dim' as const }]);
  return tableLines({ header, groups: [rows] }, output);
}

function ending({ outcome, detail }: ReplayedEnd): string {
  return clipped(detail === undefined ? outcome : `${outcome}: ${detail}`);
}

function resultText({ result, isError }: { readonly result: string; readonly isError: boolean }): string {
  return `${isError ? 'error: ' : ''}${result === '' ? '(nothing)' : clipped(result)}`;
}

/** As much of a text as a line holds. */
function clipped(text: string): string {
  return plainLine(clipText(text, 100));
}
