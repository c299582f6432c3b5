/**
 * What two prompts of one ancestor changed, together: the first, with the lines that only the second added at its end, and without those that only the second took
 * out. Undefined where that is one of them.
 */
export function mergedPrompt(ancestor: string, first: string, second: string): string | undefined {
  const [old, one, other] = [ancestor, first, second].map((text) => new Set(text.split('\n').map((line) => line.trim())));
  if (!old || !one || !other) return undefined;
  const kept = first.split('\n').filter((line) => line.trim() === '' || other.has(line.trim()) || !old.has(line.trim()));
  const added = second.split('\n').filter((line) => line.trim() !== '' && !old.has(line.trim()) && !one.has(line.trim()));
  const merged = [...kept, ...added].join('\n').trim();
  return [first, second, ancestor].some((text) => text.trim() === merged) ? undefined : merged;
}
