import type { z } from 'zod';
import { canonicalJson } from '../contracts/canonical-json.ts';
import { type ContradictedName, contradictedName } from '../contracts/contradicted-name.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { SettledOutcome } from '../contracts/trial.ts';
import { isBlank } from './sent-back.ts';

type Block = { readonly type: string } & ({ readonly type: 'text'; readonly text: string } | { readonly type: string });

/**
 * Reads the decision out of an answer that ended the model's turn: its text blocks together are one JSON value, or the last of them is.
 * Anything else is an outcome of its own, never an exception: the transcript is worth keeping. Two different decisions are none.
 */
export function readDecision(content: readonly Block[], schema: z.ZodType<JsonObject>): SettledOutcome {
  const texts = content.flatMap((block) => ('text' in block && block.type === 'text' ? [block.text] : [])).filter((text) => !isBlank(text));
  const last = texts.at(-1);
  if (last === undefined) return { kind: 'no-decision', reason: 'The model ended its turn without a word.' };
  const whole = texts.join('');
  const together = parseJson(whole);
  if (together) return twiceNamed(whole) ?? checkedDecision(together.json, whole, schema);
  const decisions = texts.flatMap((text) => {
    const parsed = schema.safeParse(parseJson(text)?.json);
    return parsed.success ? [parsed.data] : [];
  });
  const differing = differentDecisions(decisions, whole);
  if (differing) return differing;
  const alone = parseJson(last);
  if (alone) return twiceNamed(last) ?? checkedDecision(alone.json, whole, schema);
  const wrapped = () => schema.safeParse(parseJson(whole.slice(whole.indexOf('{'), whole.lastIndexOf('}') + 1))?.json).success;
  const lost =
    decisions.length > 0
      ? ': a decision is followed by other words, which may take it back, so it does not count'
      : wrapped()
        ? ': a decision stands among other words, or in a code fence, so it does not count. Let the prompt ask for JSON alone, or the version decide by a tool (decideBy)'
        : '';
  return { kind: 'invalid', text: whole, issues: [`the answer is not JSON${lost}`] };
}

/** True where an answer gives a decision, or what was to be one, and not only words. */
export function holdsDecision(content: readonly Block[]): boolean {
  const texts = content.flatMap((block) => ('text' in block && block.type === 'text' ? [block.text] : []));
  return [...texts, texts.join('')].some((text) => typeof parseJson(text)?.json === 'object');
}

/** The outcome of a decision that gives one field two values, of which JSON.parse keeps the last; undefined where none does. */
function twiceNamed(text: string): SettledOutcome | undefined {
  const found = contradictedName(text);
  return found && { kind: 'invalid', text, issues: [twoValuesOf(found)] };
}

/** What is wrong with a decision that gives one field two values. */
export function twoValuesOf({ path }: ContradictedName): string {
  return `${path.slice(0, 64)}: has two different values, and nothing says which one counts`;
}

/** Checks what was given as the decision. */
export function checkedDecision(value: unknown, text: string, schema: z.ZodType<JsonObject>): SettledOutcome {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'decided', decision: parsed.data };
  return {
    kind: 'invalid',
    text,
    issues: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the decision'}: ${issue.message}`),
  };
}

/** The outcome of an answer that decides in several ways; undefined when all its decisions are one. */
export function differentDecisions(decisions: readonly JsonValue[], text: string): SettledOutcome | undefined {
  const different = new Set(decisions.map((decision) => canonicalJson(decision))).size;
  return different > 1
    ? { kind: 'invalid', text, issues: [`the answer holds ${different} different decisions, and nothing says which one counts`] }
    : undefined;
}

export function parseJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
