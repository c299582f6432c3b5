import type { ReportedTrial } from '../../contracts/reported-case.ts';
import type { ToolCallStep, Transcript } from '../../contracts/transcript.ts';

/** Longest quote, in characters. */
const longestQuote = 120;

/**
 * The first step of a failed trial in which it differs from one that passed, in words. Tool calls are paired by tool, because their order is the
 * model's to choose; undefined when nothing is known of how one of the two came to its answer.
 * @param other whose trial passed, as the sentence names it
 */
export function firstDifference(passed: ReportedTrial, failed: ReportedTrial, other: string): string | undefined {
  if (!passed.transcript || !failed.transcript) return undefined;
  if (passed.transcript.userMessage !== failed.transcript.userMessage)
    return `the user message: ${quoted(failed.transcript.userMessage)}, and in ${other} ${quoted(passed.transcript.userMessage)}`;
  const [before, after] = [callsOf(passed.transcript), callsOf(failed.transcript)];
  for (const [index, call] of after.entries()) {
    const partner = before.filter(({ tool }) => tool === call.tool)[after.slice(0, index).filter(({ tool }) => tool === call.tool).length];
    const place = `step ${stepNumber(failed.transcript, call)}, the tool ${call.tool}`;
    if (!partner) return `${place} is called, but not in ${other}`;
    if (JSON.stringify(call.input) !== JSON.stringify(partner.input))
      return `${place} is called with ${quoted(JSON.stringify(call.input))}, in ${other} with ${quoted(JSON.stringify(partner.input))}`;
    if (call.result !== partner.result) {
      const [now, then] = differingLines(call.result, partner.result);
      return `${place} says ${quoted(now)}, and to ${other} ${quoted(then)}`;
    }
  }
  const missing = before.find(
    ({ tool }) => before.filter((call) => call.tool === tool).length > after.filter((call) => call.tool === tool).length,
  );
  if (missing) return `the tool ${missing.tool} is not called; ${other} calls it`;
  const last = failed.transcript.steps.length;
  // Of an agent that answers by itself nothing else may be known.
  if (last === 0) return undefined;
  return after.length === 0
    ? `step ${last}, the answer: the model answers differently than in ${other}`
    : `step ${last}, the answer: the tools say the same as in ${other}, but the model answers differently`;
}

function callsOf({ steps }: Transcript): ToolCallStep[] {
  return steps.filter((step) => step.kind === 'tool-call');
}

function stepNumber({ steps }: Transcript, call: ToolCallStep): number {
  return steps.indexOf(call) + 1;
}

/** The first line of each text that the other does not have in that place. */
function differingLines(one: string, other: string): [string, string] {
  const [lines, others] = [one.split('\n'), other.split('\n')];
  const index = Math.max(lines.length, others.length) - 1;
  const first = Array.from({ length: index + 1 }, (_, at) => at).find((at) => lines[at] !== others[at]) ?? 0;
  return [lines[first] ?? 'nothing more', others[first] ?? 'nothing more'];
}

function quoted(text: string): string {
  return `"${text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text}"`;
}
