import { DocketError } from '../../contracts/docket-error.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { counted } from '../../text/figures.ts';
import { responseType } from '../otlp/trace-schema.ts';
import { everyTrace } from '../store/every-trace.ts';
import type { TraceFilter, TraceStore, TraceSummary } from '../store/trace-store.ts';
import type { DestinationTarget, VendorDestination } from '../vendors/destination.ts';
import type { OfVendor } from '../vendors/vendor.ts';
import type { VendorAnswer, VendorClient } from '../vendors/vendor-client.ts';
import { encodeSpans, type OtlpProtocol } from './encode-spans.ts';
import { evaluationSpan } from './evaluation-span.ts';

/** What to send where. */
export interface SendRequest {
  readonly destination: OfVendor<VendorDestination>;
  readonly target: DestinationTarget;
  readonly client: VendorClient;
  readonly store: Pick<TraceStore, 'list' | 'spans' | 'trace' | 'scores' | 'sent' | 'saveSent'>;
  readonly filter: TraceFilter;
  /** `spans`: the traces as they are stored. `scores`: what was found out about them, to where they are already. */
  readonly what: 'spans' | 'scores';
  /** Sends again what was sent before. */
  readonly again?: boolean;
  /** False leaves the reasons out of scores. */
  readonly content?: boolean;
  readonly protocol: OtlpProtocol;
  readonly signal: AbortSignal;
  readonly onBatch?: (sofar: SendSummary) => void;
}

/** What was sent. */
export interface SendSummary {
  readonly traces: number;
  /** Traces of which everything had been sent before. */
  readonly known: number;
  readonly spans: number;
  /** Spans that the destination took the request for, but not the spans. */
  readonly rejected: number;
  /** What it said about them; its own text. */
  readonly reason: string;
}

/** Most of what a destination says about spans that it did not take. */
const longestReason = 1000;

/** Spans a request: receivers take a few megabytes. */
const spansAtATime = 200;

/**
 * Sends stored traces as they are stored, newest first, or their scores. What was sent is noted trace by trace, so that an interrupted run
 * goes on where it stopped and another one sends only what is new.
 * @throws {DocketError} when the destination stays out of reach or refuses; the message says how many had been sent
 */
export async function sendTraces(request: SendRequest): Promise<SendSummary> {
  const { store, filter, signal } = request;
  const noted = noteName(request);
  let sofar: SendSummary = { traces: 0, known: 0, spans: 0, rejected: 0, reason: '' };
  let waiting: { readonly wanted: Wanted; readonly spans: readonly RawSpan[] }[] = [];
  const flush = async () => {
    const spans = waiting.flatMap((each) => each.spans);
    for (let from = 0; from < spans.length; from += spansAtATime) {
      const answer = await sendBatch(request, spans.slice(from, from + spansAtATime), sofar.traces);
      sofar = { ...sofar, rejected: sofar.rejected + answer.rejected, reason: answer.reason || sofar.reason };
    }
    await store.saveSent(noted, new Map(waiting.map(({ wanted }) => [wanted.traceId, wanted.what])));
    sofar = { ...sofar, traces: sofar.traces + waiting.length, spans: sofar.spans + spans.length };
    waiting = [];
    request.onBatch?.(sofar);
  };
  for await (const summary of everyTrace(store, filter)) {
    signal.throwIfAborted();
    const wanted = await wantedOf(request, summary);
    if (!wanted) continue;
    if (!request.again && (await store.sent(wanted.traceId, noted)) === wanted.what) {
      sofar = { ...sofar, known: sofar.known + 1 };
      continue;
    }
    const stored = await wanted.read();
    const spans = stored.filter(({ startUnixNano }) => startUnixNano !== null);
    const timeless = stored.length - spans.length;
    if (timeless > 0) sofar = { ...sofar, rejected: sofar.rejected + timeless, reason: 'spans without a time cannot be sent' };
    waiting.push({ wanted, spans });
    if (waiting.reduce((sum, each) => sum + each.spans.length, 0) >= spansAtATime) await flush();
  }
  if (waiting.length > 0) await flush();
  return sofar;
}

/** What of a trace is to be sent. */
interface Wanted {
  readonly traceId: string;
  /** What the destination has of the trace once it is sent. */
  readonly what: string;
  /** Called only for what was not sent before. */
  read(): Promise<readonly RawSpan[]>;
}

/** Undefined when there is nothing to send. */
async function wantedOf({ store, what, content = true }: SendRequest, { traceId, spans }: TraceSummary): Promise<Wanted | undefined> {
  // The number tells of spans that came later.
  if (what === 'spans') return { traceId, what: String(spans), read: () => store.spans(traceId) };
  const scores = await store.scores(traceId);
  const trace = scores.length > 0 ? await store.trace(traceId) : undefined;
  const span = trace && evaluationSpan({ trace, raw: await store.spans(traceId), scores, content });
  // Its id is made of the scores.
  return span && { traceId, what: span.spanId, read: async () => [span] };
}

/** Two projects of one system are two destinations. A server's name is no secret, and its headers do not go into the store. */
function noteName({ destination, target, what }: SendRequest): string {
  return [destination.name, target.baseUrl, target.project ?? '', what].join(' ');
}

async function sendBatch(request: SendRequest, spans: readonly RawSpan[], sent: number): Promise<Pick<SendSummary, 'rejected' | 'reason'>> {
  const { destination, target, client, protocol } = request;
  const { body, contentType } = encodeSpans(spans, protocol, destination.renamed);
  const answer = await client.request({ method: 'POST', path: target.path, body, headers: { 'content-type': contentType } });
  if (answer.kind === 'answer') {
    const { rejected, reason } = partialSuccess(answer);
    return { rejected, reason: client.withoutKeys(reason).slice(0, longestReason) };
  }
  if (answer.kind === 'refused' && answer.status === 413 && spans.length > 1) {
    const middle = Math.ceil(spans.length / 2);
    const first = await sendBatch(request, spans.slice(0, middle), sent);
    const second = await sendBatch(request, spans.slice(middle), sent);
    return { rejected: first.rejected + second.rejected, reason: second.reason || first.reason };
  }
  const why = answer.kind === 'refused' ? `${answer.status} ${answer.message}`.trim() : 'its answer is too long';
  throw new DocketError(`${destination.title} refuses the spans (${why}); ${counted(sent, 'trace')} had been sent.`);
}

/** A success may still say that some spans were not taken. An answer in another form says nothing. */
function partialSuccess({ body, headers, text }: Extract<VendorAnswer, { kind: 'answer' }>): Pick<SendSummary, 'rejected' | 'reason'> {
  try {
    const message = headers.get('content-type')?.includes('json')
      ? JSON.parse(text || '{}')
      : responseType.toObject(responseType.decode(body), { longs: Number });
    const { rejectedSpans = 0, errorMessage = '' } =
      (message as { partialSuccess?: { rejectedSpans?: number | string; errorMessage?: string } }).partialSuccess ?? {};
    return {
      rejected: Number(rejectedSpans) || 0,
      reason: typeof errorMessage === 'string' ? errorMessage.slice(0, 20 * longestReason) : '',
    };
  } catch {
    return { rejected: 0, reason: '' };
  }
}
