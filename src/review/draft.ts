import { sha256 } from '../contracts/canonical-json.ts';
import type { Draft, Equivalence } from '../contracts/draft.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { RedactionRules } from '../contracts/redaction.ts';
import { fitPseudonyms } from './fit-pseudonyms.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { redactInput } from './redact.ts';
import { redactText } from './redact-text.ts';
import { sameChoice } from './same-answer.ts';

/** What a draft is made of. */
export interface DraftSource {
  readonly traceId: string;
  /** As recorded, redacted in no way; fields may be absent. */
  readonly input: JsonObject;
  readonly userMessage: string | null;
  /** Why a complete input may not be all that there was, as a sentence. */
  readonly doubt?: string;
  readonly clusterSize: number;
}

export interface DraftOptions {
  readonly rules: RedactionRules;
  readonly pseudonyms: Pseudonyms;
  /** Top-level fields that are absent or that the agent does not take; none for a complete input. */
  readonly faultyFields: (input: JsonObject) => readonly string[];
  readonly policy?: (input: JsonObject) => JsonObject;
  /** The day, as YYYY-MM-DD. */
  readonly today: string;
}

/** Longest user message that a draft carries, in characters. */
const longestMessage = 2000;
/** More of it is not even read. */
const longestRead = 100_000;

/**
 * Drafts a draft. Redaction comes first: nothing of the result was not redacted. Neither the production decision nor the reason for which
 * the trace was picked is part of it.
 */
export function draftCase(source: DraftSource, options: DraftOptions): Draft {
  const { rules, pseudonyms, faultyFields, policy, today } = options;
  const { input: asRedacted, redacted } = redactInput(source.input, rules, pseudonyms);
  const input = fitPseudonyms(source.input, asRedacted, faultyFields);
  const { kept, missing } = takenPart(input, faultyFields);
  const untaken = Object.keys(input).filter((field) => !Object.hasOwn(kept, field) && !missing.includes(field));
  const original = takenPart(source.input, faultyFields);
  const complete = missing.length === 0;
  const message = source.userMessage === null || complete ? undefined : redactText(source.userMessage.slice(0, longestRead), pseudonyms);
  const equivalence: Equivalence = {
    policy: complete && original.missing.length === 0 ? compareAnswers(policy, original.kept, kept) : 'not-checked',
    agent: 'not-checked',
  };
  return {
    id: draftId(source.traceId),
    traceId: source.traceId,
    title: (complete
      ? ['A case from production', ...(source.doubt ? [source.doubt] : [])]
      : ['A case from production, its input incomplete']
    )
      .join('. ')
      .slice(0, 200),
    input: kept,
    missing: [...missing],
    // Cut afterwards: half a card number is none, and no detector would know it.
    ...(message === undefined ? {} : { userMessage: message.text.slice(0, longestMessage) }),
    clusterSize: source.clusterSize,
    redacted: [
      ...redacted,
      ...untaken.map((field) => `${field}: dropped, the agent does not accept it`),
      ...(message?.kinds ?? []).map((kind) => `user message: ${kind} pseudonymised`),
    ],
    equivalence,
    draftedOn: today,
    proposals: [],
  };
}

/** What the agent takes of an input, and what is missing then: a field that it does not know is gone, and nobody has to fill it in. */
export function takenPart(
  input: JsonObject,
  faultyFields: DraftOptions['faultyFields'],
): { readonly kept: JsonObject; readonly missing: readonly string[] } {
  const faulty = faultyFields(input);
  const kept = Object.fromEntries(Object.entries(input).filter(([field]) => !faulty.includes(field)));
  return { kept, missing: [...faultyFields(kept)].sort() };
}

/**
 * Name of the draft of a trace; safe as a file name whatever the trace id is. Made of the whole id, because a part of it is not the trace's
 * own: 64-bit ids come padded with zeros, and some systems begin ids with the time.
 */
export function draftId(traceId: string): string {
  return `trace-${sha256(traceId).slice(0, 16)}`;
}

/** Whether the policy chooses the same for both inputs; where it cannot answer the redacted one, it does not. */
function compareAnswers(
  policy: ((input: JsonObject) => JsonObject) | undefined,
  original: JsonObject,
  redacted: JsonObject,
): Equivalence['policy'] {
  const before = answerOf(policy, original);
  if (!before) return 'not-checked';
  const after = answerOf(policy, redacted);
  return after && sameChoice(before, after) ? 'same' : 'differs';
}

/** Undefined when there is no policy, or when it breaks on what production sent. */
function answerOf(policy: ((input: JsonObject) => JsonObject) | undefined, input: JsonObject): JsonObject | undefined {
  try {
    return policy?.(input);
  } catch {
    return undefined;
  }
}
