import type { z } from 'zod';
import type { JsonObject } from '../contracts/json.ts';
import type { SettledOutcome } from '../contracts/trial.ts';

type Block = { readonly type: string } & ({ readonly type: 'text'; readonly text: string } | { readonly type: string });

/**
 * Reads the decision out of an answer that ended the model's turn: its text blocks together are one JSON value, or the last of them is.
 * Anything else is an outcome of its own, never an exception: the transcript is worth keeping.
 */
export function readDecision(content: readonly Block[], schema: z.ZodType<JsonObject>): SettledOutcome {
  const texts = content
    .flatMap((block) => ('text' in block && block.type === 'text' ? [block.text] : []))
    .filter((text) => text.trim() !== '');
  const last = texts.at(-1);
  if (last === undefined) return { kind: 'no-decision', reason: 'The model ended its turn without a word.' };
  const whole = texts.join('');
  const value = parseJson(whole) ?? parseJson(last);
  if (value === undefined) return { kind: 'invalid', text: whole, issues: ['the answer is not JSON'] };
  const parsed = schema.safeParse(value.json);
  if (parsed.success) return { kind: 'decided', decision: parsed.data };
  return {
    kind: 'invalid',
    text: whole,
    issues: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the decision'}: ${issue.message}`),
  };
}

function parseJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
