import type { TraceMessage } from '../contracts/trace.ts';
import { textOf } from './dialects/read-messages.ts';

/** What the user said in the last turn, and all that was said up to it. */
export interface LastTurn {
  /** The first message of the user in it. */
  readonly question: string;
  /** Earlier turns and the question; system instructions are left out. */
  readonly conversation: readonly TraceMessage[];
}

/**
 * The last turn of a conversation. A turn begins after an answer that calls no tool.
 * @param from where the run begins, where that is known: what stands before is an earlier conversation
 * @returns undefined where no user says anything
 */
export function lastTurn(messages: readonly TraceMessage[], from = 0): LastTurn | undefined {
  const isQuestion = (message: TraceMessage | undefined, place: number) =>
    place >= from && message?.role === 'user' && textOf(message) !== null;
  const last = messages.findLastIndex(isQuestion);
  if (last === -1) return undefined;
  const begin = messages.findLastIndex((message, place) => place < last && endsTurn(message)) + 1;
  const first = messages.findIndex((message, place) => place >= begin && isQuestion(message, place));
  const answered = messages.findIndex(({ role }, place) => place > first && role !== 'user' && role !== 'system');
  const said = answered === -1 ? messages : messages.slice(0, answered);
  return { question: textOf(messages[first] as TraceMessage) ?? '', conversation: said.filter(({ role }) => role !== 'system') };
}

function endsTurn({ role, parts }: TraceMessage): boolean {
  return role === 'assistant' && parts.every(({ type }) => type !== 'tool_call');
}
