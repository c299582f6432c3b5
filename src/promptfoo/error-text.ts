import type { InfraErrorKind, InfraErrorOutcome } from '../contracts/trial.ts';
import { visibleText } from '../text/hostile-text.ts';

const reasons: Record<InfraErrorKind, string> = {
  connection: "the model's server could not be reached",
  timeout: 'the model did not answer before the deadline',
  'rate-limit': 'the model kept asking for a slower pace after every retry',
  'spend-limit': "the account's spending limit is used up",
  server: "the model's server failed",
  authentication: 'the API key was not accepted',
  request: "the model's server did not accept the request",
  response: "the model's answer could not be read",
  'replay-miss': 'no recorded answer fits this request',
  worker: "the agent's process ended or gave an unreadable answer",
  scorer: 'a scorer failed or did not answer in time',
  changed: "the version's files were changed while it ran",
};

/** What an infra error is called in a row: our own words, because promptfoo reads meaning into a provider's. */
export function infraErrorText({ error, message }: InfraErrorOutcome): string {
  const text = `Neither a pass nor a fail: ${reasons[error]}.`;
  // Which scorer it was is said in any case; what it threw may have to go.
  if (error === 'scorer' && triggers.test(message)) return errorText(text, `${message.split(': ')[0]}.`);
  return errorText(text, message);
}

/**
 * Words in an error text for which promptfoo silently runs the row again, or holds up all rows for a minute; a number that
 * contains 429 is enough.
 */
const triggers =
  /429|50[234]|rate.?limit|too many requests|quota|timeout|timed out|network|econn|eproto|epipe|enotfound|socket|bad record mac|self.signed|certificate/i;

/** An error text for promptfoo: `text`, with `detail` behind it when that sets off none of promptfoo's hidden retries. */
export function errorText(text: string, detail: string): string {
  const shown = visibleText(detail).trim();
  if (shown === '' || triggers.test(shown)) return text;
  return `${text} ${shown}`;
}
