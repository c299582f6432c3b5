import { createPseudonyms, type Pseudonyms } from '../review/pseudonyms.ts';
import { redactText } from '../review/redact-text.ts';
import { redactionKey } from './promote/redaction-key.ts';

/** A word of each kind whose recognition has to load something: numbers, telephones, names, places. */
const samples = ['1 7', '+1 202 555 0101', 'Anna', '1 Main Street', 'DE89 3704 0044 0532 0130 00'];

/** Loads what redaction needs, a piece at a time, so that whoever asks meanwhile is answered between them. */
export async function readyRedaction(root: string): Promise<void> {
  for (const sample of samples) {
    await new Promise((resolve) => setImmediate(resolve));
    redactedValue(sample, root);
  }
}

/** Ids are no words of anybody. */
const ids = new Set(['traceId', 'spanId', 'parentSpanId', 'callId', 'versionFingerprint']);

/**
 * A value in which every text is redacted as a draft of a case is: who reads it may send it on, to a model's provider or into a pull request.
 * @param more names of fields whose texts are ids as well
 */
export function redactedValue<T>(value: T, root: string, more: readonly string[] = []): T {
  return redactedBy(value, createPseudonyms(redactionKey(root)), more);
}

/** The same, by pseudonyms that are at hand. */
export function redactedBy<T>(value: T, pseudonyms: Pseudonyms, more: readonly string[] = []): T {
  const kept = new Set([...ids, ...more]);
  const redacted = (part: unknown, name = ''): unknown => {
    if (typeof part === 'string') return kept.has(name) ? part : redactText(part, pseudonyms).text;
    if (Array.isArray(part)) return part.map((item) => redacted(item, name));
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [redactText(key, pseudonyms).text, redacted(inner, key)]));
  };
  return redacted(value) as T;
}
