import type { Pseudonyms } from './pseudonyms.ts';
import { redactText } from './redact-text.ts';
import type { ReviewAnswer } from './review-answer.ts';

/** What people write freely, by field of an answer, and how long it may be. */
const freeText: Readonly<Record<string, number>> = { title: 200, rationale: 20_000, argument: 20_000, reason: 20_000 };

/** An answer after redaction: a reviewer who quotes a trace quotes what is in it. The decision, the id and the input are not touched here. */
export function redactAnswer(
  answer: ReviewAnswer,
  pseudonyms: Pseudonyms,
): { readonly answer: ReviewAnswer; readonly redacted: readonly string[] } {
  const redacted: string[] = [];
  const words = <Part extends object>(part: Part): Part => {
    const entries = Object.entries(part).map(([field, value]): [string, unknown] => {
      const most = Object.hasOwn(freeText, field) ? freeText[field] : undefined;
      if (most === undefined || typeof value !== 'string') return [field, value];
      const { text, kinds } = redactText(value, pseudonyms);
      redacted.push(...kinds.map((kind) => `${field}: ${kind} pseudonymised`));
      return [field, text.slice(0, most)];
    });
    return Object.fromEntries(entries) as Part;
  };
  const said = words(answer);
  return { answer: said.answer === 'dispute' && said.against ? { ...said, against: words(said.against) } : said, redacted };
}
