import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DocketError } from '../../contracts/docket-error.ts';
import { isLoopback } from '../../contracts/loopback.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { RoundTrips } from '../../database/round-trips.ts';
import { count, counted } from '../../text/figures.ts';
import { decodeLogs, decodeRequest, type Encoding, RequestTooLargeError, requestLimits, sendFewer } from '../otlp/decode-request.ts';
import { encodeError, encodeSuccess, type SignalPath, signalPaths, statusCodes } from '../otlp/encode-answer.ts';
import { OtlpFormatError } from '../otlp/leaf-values.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import type { ReadRequest } from '../otlp/read-request.ts';
import type { SavedLogs, TraceStore } from '../store/trace-store.ts';
import { AbandonedError, BodyReader, OverloadedError, packingOf } from './read-body.ts';

/** Where and how to receive. */
export interface ReceiverOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Must come with each request as `Authorization: Bearer <token>`; needed when others than this machine can reach the address. */
  readonly token?: string;
  /** True when it must not keep the process running; false when not given. */
  readonly inBackground?: boolean;
  /** Told of errors that are the receiver's own: a full disk, say. */
  readonly onError?: (error: unknown) => void;
  /** Told of each request that is refused for good, so that its spans are lost unless their sender is changed. */
  readonly onRefused?: (status: number, message: string) => void;
  /** Told of spans that are kept now. */
  readonly onSaved?: (spans: readonly RawSpan[]) => void;
  /** Told of each request that is accepted and not kept. */
  readonly onIgnored?: (path: string) => void;
  /** Told, as the sender is, of what was accepted and could not be used, or not all of it. */
  readonly onUnused?: (message: string) => void;
}

/** What came in so far. */
export interface ReceivedCounts {
  requests: number;
  added: number;
  /** Spans that were there already. */
  known: number;
  rejected: number;
  /** Log records with messages that were kept: with their span, or waiting for it. */
  logs: number;
  /** Log records that were not: most say nothing of an agent's messages. */
  lostLogs: number;
  /** Requests with metrics: accepted, because their senders send them to the same place, and not kept. */
  ignored: number;
  /** Requests that were answered with an error. */
  refused: number;
}

/** A receiver that listens. */
export interface Receiver {
  /** Without the path; what OTEL_EXPORTER_OTLP_ENDPOINT wants. */
  readonly url: string;
  readonly counts: Readonly<ReceivedCounts>;
  /** Ends when all requests that had come are answered; who is still sending after a moment is cut off, and will send again. */
  close(): Promise<void>;
}

/** Where received spans go. */
export interface SpanSink {
  /** True where something is received below this path, which ends before `/v1/traces`; the usual one is empty. */
  knows(channel: string): boolean;
  /** Resolves once they are kept. */
  save(spans: readonly RawSpan[], channel: string): Promise<{ readonly added: number; readonly known: number }>;
  /** As `save`, for log records; without it they are not kept. */
  saveLogs?(logs: readonly RawLog[], channel: string): SavedLogs | Promise<SavedLogs>;
}

/** How long a sender may take for the headers and for the whole request, and how long it may go on at the end; milliseconds. */
const patience = { headers: 15_000, request: 60_000, closing: 2_000 } as const;

const tracesPath = '/v1/traces' satisfies SignalPath;
const logsPath = '/v1/logs' satisfies SignalPath;

/** An answer that is an error. */
class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** About what a span takes: so many requests share a commit. */
const spanBytes = 1024;

/**
 * Receives traces by OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): POST /v1/traces in protobuf or JSON, gzip or not. A
 * request is answered with success only when its spans are on the disk. So are messages of agents in log records (POST /v1/logs), which join their
 * spans; other log records, and metrics, are accepted and not kept.
 * @throws {DocketError} when the port is taken, or the address is open to others and there is no token
 */
export function receiveTraces(store: TraceStore, options: ReceiverOptions): Promise<Receiver> {
  // A commit waits for the disk, and many small senders share it.
  const commits = new RoundTrips(
    async (requests: readonly (readonly RawSpan[])[]) => {
      const saved = await store.saveSpans(requests.flat(), { source: 'otlp' });
      // Only the sum is known; who sent what is of no interest to the senders.
      return requests.map((_, index) => (index === 0 ? saved : { added: 0, known: 0 }));
    },
    { bytesOf: (spans) => spans.length * spanBytes },
  );
  return receiveSpans(
    { knows: (channel) => channel === '', save: (spans) => commits.ask(spans), saveLogs: (logs) => store.saveLogs(logs) },
    options,
  );
}

/**
 * As `receiveTraces`, whatever becomes of the spans.
 * @throws {DocketError} when the port is taken, or the address is open to others and there is no token
 */
export async function receiveSpans(sink: SpanSink, options: ReceiverOptions): Promise<Receiver> {
  const { host, port, token } = options;
  if (!isLoopback(host) && !token) {
    throw new DocketError(
      `${host} can be reached from other machines, so anyone could send traces. Set DOCKET_TRACES_TOKEN to a secret that senders give as "Authorization: Bearer …", or listen on 127.0.0.1.`,
    );
  }
  const counts: ReceivedCounts = { requests: 0, added: 0, known: 0, rejected: 0, logs: 0, lostLogs: 0, ignored: 0, refused: 0 };
  const bodies = new BodyReader();

  const receive = async (request: IncomingMessage, encoding: Encoding | undefined): Promise<Uint8Array> => {
    const { channel } = placeOf(request);
    if (!sink.knows(channel)) throw new Refusal(404, statusCodes.notFound, `Only traces and logs are received here: POST ${tracesPath}.`);
    const known = check(request, encoding, token);
    const { path } = known;
    const decode = (body: Uint8Array) => {
      if (path === tracesPath) return decodeRequest(body, known.encoding, requestLimits);
      return path === logsPath && sink.saveLogs ? decodeLogs(body, known.encoding, requestLimits) : undefined;
    };
    const keep = async (read: ReadRequest | undefined) => {
      if (!read) {
        counts.ignored += 1;
        options.onIgnored?.(path);
        return encodeSuccess(known.encoding, path, 0, `${path === logsPath ? 'Logs' : 'Metrics'} are not kept here.`);
      }
      const { spans } = read;
      const saved = spans.length === 0 ? { added: 0, known: 0 } : await sink.save(spans, channel);
      counts.added += saved.added;
      counts.known += saved.known;
      if (spans.length > 0) options.onSaved?.(spans);
      const logs = read.logs.length > 0 ? await sink.saveLogs?.(read.logs, channel) : undefined;
      counts.logs += (logs?.joined ?? 0) + (logs?.waiting ?? 0);
      counts.lostLogs += read.lostLogs + (logs?.dropped ?? 0);
      const { rejected, message } = unusedOf(read, logs);
      if (path === tracesPath) counts.rejected += rejected;
      if (message !== '') options.onUnused?.(message);
      return encodeSuccess(known.encoding, path, rejected, message);
    };
    return bodies.read(request, { decode, keep });
  };
  const limits = { headersTimeout: patience.headers, requestTimeout: patience.request, connectionsCheckingInterval: 5_000 };
  const server = createServer(limits, async (request, response) => {
    counts.requests += 1;
    const encoding = encodingOf(request);
    try {
      answer(response, 200, encoding ?? 'protobuf', await receive(request, encoding));
    } catch (error) {
      if (error instanceof AbandonedError) return;
      counts.refused += 1;
      const refusal = refusalOf(error);
      if (refusal.status === 503 && !(error instanceof OverloadedError)) options.onError?.(error);
      if (refusal.status === 400 || refusal.status === 413) options.onRefused?.(refusal.status, refusal.message);
      refuse(request, response, encoding ?? 'protobuf', refusal);
    }
  });
  await listen(server, host, port);
  if (options.inBackground) server.unref();
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    counts,
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), patience.closing);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** What of a request could not be used: how much of it was not kept, and what is to be said of that, and of what was kept in part. */
function unusedOf(
  { spans, rejected, lostLogs, unread, isForeign }: ReadRequest,
  logs: SavedLogs | undefined,
): { readonly rejected: number; readonly message: string } {
  // How many spans it holds in its own way nobody knows.
  if (isForeign)
    return {
      rejected: 1,
      message: 'The request has no "resourceSpans" and no "resourceLogs": metrics, or not OTLP at all. Nothing was kept.',
    };
  const inPart = spans.flatMap(({ attributes }) => attributes['docket.unreadable'] ?? []);
  const reasons = [
    ...unread.map(({ reason, count: times }) => `${count(times)}× ${reason}`),
    ...(inPart.length > 0 ? [`${counted(inPart.length, 'span')} kept in part: ${inPart[0]}`] : []),
  ];
  if (logs && logs.dropped > 0)
    reasons.push(
      `${counted(logs.dropped, 'log record')} dropped: of spans that have thousands, or the oldest of those whose spans have not come.`,
    );
  return { rejected: rejected + lostLogs, message: reasons.join(' ') };
}

/** Everything that can be said before the body is read. */
function check(
  request: IncomingMessage,
  encoding: Encoding | undefined,
  token: string | undefined,
): { readonly encoding: Encoding; readonly path: SignalPath } {
  const path = signalPaths.find((each) => each === placeOf(request).path);
  if (path === undefined) throw new Refusal(404, statusCodes.notFound, `Only traces and logs are received here: POST ${tracesPath}.`);
  if (request.method !== 'POST') throw new Refusal(405, statusCodes.invalidArgument, 'Only POST is accepted here.');
  if (token && !isToken(request.headers.authorization, token)) {
    throw new Refusal(401, statusCodes.unauthenticated, 'The header "Authorization: Bearer <token>" is missing or has the wrong token.');
  }
  // Any page that is open in a browser could reach this machine, also under a name of its own; browsers say so with each POST.
  if (!token && request.headers.origin !== undefined) {
    throw new Refusal(403, statusCodes.permissionDenied, 'Web pages may not send traces here without a token. Set DOCKET_TRACES_TOKEN.');
  }
  if (!encoding) {
    throw new Refusal(415, statusCodes.invalidArgument, 'The content type must be application/x-protobuf or application/json.');
  }
  const packing = packingOf(request);
  if (packing !== 'gzip' && packing !== 'identity') {
    throw new Refusal(415, statusCodes.invalidArgument, 'The content encoding must be gzip, or none.');
  }
  if (Number(request.headers['content-length'] ?? 0) > requestLimits.bytes) {
    throw new RequestTooLargeError(`The request has more than ${counted(requestLimits.bytes, 'byte')}. ${sendFewer}`);
  }
  return { encoding, path };
}

/** What is sent, and below which path. */
function placeOf({ url = '' }: IncomingMessage): { readonly channel: string; readonly path: string } {
  const [whole = ''] = url.split('?');
  const at = whole.lastIndexOf('/v1/');
  return at < 0 ? { channel: '', path: whole } : { channel: whole.slice(0, at), path: whole.slice(at) };
}

function encodingOf(request: IncomingMessage): Encoding | undefined {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return type === 'application/x-protobuf' ? 'protobuf' : type === 'application/json' ? 'json' : undefined;
}

/** Compares digests, so that neither content nor length of the token can be found out by the time it takes. */
function isToken(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof RequestTooLargeError) return new Refusal(413, statusCodes.resourceExhausted, error.message);
  if (error instanceof OtlpFormatError) return new Refusal(400, statusCodes.invalidArgument, error.message);
  if (error instanceof OverloadedError) return new Refusal(503, statusCodes.unavailable, error.message);
  // What went wrong inside is not for the sender to read; it is asked to try again.
  return new Refusal(503, statusCodes.unavailable, 'The spans could not be stored.');
}

function answer(response: ServerResponse, status: number, encoding: Encoding, body: Uint8Array): void {
  response.writeHead(status, {
    'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    'content-length': body.length,
  });
  response.end(body);
}

function refuse(request: IncomingMessage, response: ServerResponse, encoding: Encoding, { status, code, message }: Refusal): void {
  if (status === 503) response.setHeader('retry-after', '1');
  if (status === 405) response.setHeader('allow', 'POST');
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  // The rest of a body that nobody reads would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  answer(response, status, encoding, encodeError(encoding, code, message));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use; another receiver may be running' : `cannot be listened on (${error.code})`;
      reject(new DocketError(`${host}:${port} ${why}. Choose another one with --port.`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}
