import type { JsonValue } from '../../contracts/json.ts';
import type { Trace } from '../../contracts/trace.ts';
import type { Pseudonyms } from '../../review/pseudonyms.ts';
import { choiceOf } from '../../review/same-answer.ts';
import { redactedBy } from '../redacted-value.ts';
import { isObject } from '../score-traces/run-of-trace.ts';

/** What a run saw: all that a reviewer may see of it before giving a label. Redacted as a draft is. */
export interface BlindEvidence {
  readonly userMessage: string | null;
  readonly tools: readonly {
    readonly tool: string;
    readonly input: JsonValue;
    readonly result: JsonValue;
    readonly error: string | null;
  }[];
  /** Calls that may tell the decision, and are shown with it. */
  readonly heldBack: number;
  /** Calls that are left out because there are so many. */
  readonly more: number;
}

/** Longest text of one result, and of all together, in characters: redacting them takes its time, and nobody reads more. */
const mostText = 4_000;
const mostOfAll = 40_000;
const mostTools = 50;

/** Words of a model, or the name of what it called, that speak of a decision whatever the fields of one are called. */
const decidingWords = /approv|den(?:y|ied|ial|ies)|reject|declin|accept|refus|decision|decide|verdict|grant/i;

/**
 * The part of a trace that does not tell what was decided: what the user said and what tools answered. A call that names a field that says what was decided,
 * or its value, is held back, and so is one whose name or arguments, which are the model's own words, speak of deciding.
 * @param deciding names of the fields that say what was decided
 */
export function blindEvidence(trace: Trace, deciding: readonly string[], pseudonyms: Pseudonyms): BlindEvidence {
  const choice = isObject(trace.decision) ? choiceOf(trace.decision) : {};
  const names = new Set([...deciding, ...Object.keys(choice)].map(folded).filter((name) => name !== ''));
  const values = Object.values(choice).flatMap((value) => (typeof value === 'string' && value.length > 1 ? [folded(value)] : []));
  const tells = (text: string) => {
    const words = folded(text);
    return [...names, ...values].some((each) => ` ${words} `.includes(` ${each} `));
  };
  const calls = trace.spans.filter((span) => span.kind === 'tool-call');
  const shown = calls.filter(({ tool, input, result, error }) => {
    const own = `${tool} ${textOf(input)}`;
    return !decidingWords.test(own) && ![own, textOf(result), error ?? ''].some(tells);
  });
  let room = mostOfAll;
  const shortened = (text: string) => {
    const most = Math.min(mostText, room);
    room -= Math.min(text.length, most);
    return text.length > most ? `${text.slice(0, most)}…` : text;
  };
  const fitting = (value: JsonValue): JsonValue => {
    const text = textOf(value);
    const short = shortened(text);
    return short === text ? value : short;
  };
  const userMessage = trace.userMessage === null ? null : shortened(trace.userMessage);
  const tools = shown.slice(0, mostTools).map(({ tool, input, result, error }) => ({
    tool: shortened(tool),
    input: fitting(input),
    result: fitting(result),
    error: error === null ? null : shortened(error),
  }));
  return {
    ...redactedBy({ userMessage, tools }, pseudonyms),
    heldBack: calls.length - shown.length,
    more: shown.length - tools.length,
  };
}

/** Words with single blanks between them: `loanApproved`, `loan_approved` and `"loan approved":` are the same. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
