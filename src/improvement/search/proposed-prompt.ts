import { count, counted } from '../../text/figures.ts';
import { visibleText } from '../../text/hostile-text.ts';

/** A prompt that somebody proposes, or why it is none. */
export type ProposedPrompt = { readonly text: string; readonly why: string } | { readonly fault: string };

/** Longest prompt that is tried, in characters: whatever is longer than any rule book was not written to be read. */
export function longestPrompt(original: string): number {
  return Math.max(6_000, 3 * original.length);
}

/**
 * Reads what a model answered to a reflection: an object with `prompt` and `why`. It is data: a text of bounded length that is tried, and nothing else.
 * @param known prompts that were tried already, or are now
 */
export function proposedPrompt(answer: string, original: string, known: ReadonlySet<string>): ProposedPrompt {
  if (answer.trim() === '') return { fault: 'it answered nothing, or refused' };
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    return { fault: 'its answer is no JSON' };
  }
  const { prompt, why } = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly prompt?: unknown;
    readonly why?: unknown;
  };
  if (typeof prompt !== 'string' || prompt.trim() === '') return { fault: 'its answer holds no prompt' };
  const most = longestPrompt(original);
  if (prompt.length > most) return { fault: `its prompt has ${counted(prompt.length, 'character')}, more than ${count(most)}` };
  const text = prompt.replaceAll('\r\n', '\n').trim();
  if (visibleText(text) !== text) return { fault: 'its prompt holds characters that nobody sees' };
  if (known.has(text)) return { fault: 'its prompt was tried already' };
  return { text, why: typeof why === 'string' ? why.slice(0, 1_000) : '' };
}
