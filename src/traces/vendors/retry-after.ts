/**
 * Milliseconds that a server asks to wait: `retry-after` (seconds or a date), or Datadog's `x-ratelimit-reset` (seconds).
 * @param now the server's time, milliseconds since 1970
 * @returns undefined when it asks for nothing that can be read
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after') ?? headers.get('x-ratelimit-reset');
  if (text === null || text.length > 64) return undefined;
  if (/^\d{1,9}(\.\d{1,6})?$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
