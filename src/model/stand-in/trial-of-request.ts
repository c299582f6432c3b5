import type { IncomingHttpHeaders } from 'node:http';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { ModelAnswer, ModelRequest } from '../model.ts';

/** Which trial a request belongs to. */
export interface TrialOfRequest {
  readonly series: string;
  readonly trialNumber: number;
}

/** Conversations and tool calls that are remembered; the oldest are forgotten. */
const mostRemembered = 50_000;

/**
 * Finds out which trial a request belongs to. Docket says so in `x-docket-series` and `x-docket-trial`; of other clients, the first
 * request of a conversation that was seen n times before starts trial n + 1, and the tool ids in it tell which trial a later one goes on with.
 */
export class TrialsOfRequests {
  readonly #started = new Map<string, number>();
  readonly #ofToolId = new Map<string, TrialOfRequest>();

  find(request: ModelRequest, headers: IncomingHttpHeaders): TrialOfRequest {
    const series = headers['x-docket-series'];
    const number = Number(headers['x-docket-trial']);
    if (typeof series === 'string' && series !== '' && Number.isSafeInteger(number) && number > 0)
      return { series: decoded(series), trialNumber: number };
    for (const id of toolIdsOf(request)) {
      const trial = this.#ofToolId.get(id);
      if (trial) return trial;
    }
    const key = sha256(canonicalJson(request as unknown as JsonValue));
    const trialNumber = (this.#started.get(key) ?? 0) + 1;
    remember(this.#started, key, trialNumber);
    return { series: 'served', trialNumber };
  }

  /** Remembers the tool calls of an answer, so that the next request is found again. */
  remember(answer: ModelAnswer, trial: TrialOfRequest): void {
    for (const block of answer.content) if (block.type === 'tool_use') remember(this.#ofToolId, block.id, trial);
  }
}

/** Series are sent percent-encoded: a header holds ASCII only. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toolIdsOf(request: ModelRequest): string[] {
  return request.messages.flatMap(({ content }) =>
    typeof content === 'string' ? [] : content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])),
  );
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > mostRemembered && !oldest.done) map.delete(oldest.value);
}
