import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { SecretRemover } from '../secrets.ts';

/** How an export ended; code 0 is a success, 1 a failure. */
type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** Takes keys out of every span before it leaves, and counts the spans that arrived. */
export class GuardedExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #remove: SecretRemover;
  readonly #onFailure: (reason: string) => void;
  #arrived = 0;
  #failure: string | undefined;
  #isFailing = false;

  /** @param onFailure told of the first failure in a row, at once */
  constructor(exporter: SpanExporter, remove: SecretRemover, onFailure: (reason: string) => void = () => {}) {
    this.#exporter = exporter;
    this.#remove = remove;
    this.#onFailure = onFailure;
  }

  get arrived(): number {
    return this.#arrived;
  }

  /** What the last export that failed said. */
  get failure(): string | undefined {
    return this.#failure;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const settle = (result: ExportResult) => {
      if (result.code === 0) this.#arrived += spans.length;
      else this.#failure = this.#remove(reasonOf(result.error));
      if (result.code !== 0 && !this.#isFailing) this.#onFailure(this.#failure ?? '');
      this.#isFailing = result.code !== 0;
      // Told here alone: the SDK would hand the error, with the address and its headers, to whatever logger there is.
      done({ code: 0 });
    };
    try {
      this.#exporter.export(
        spans.map((span) => this.#clean(span)),
        settle,
      );
    } catch (error) {
      settle({ code: 1, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  /** A copy, because the span belongs to the SDK and to other exporters. */
  #clean(span: ReadableSpan): ReadableSpan {
    const { message } = span.status;
    return {
      name: this.#remove(span.name),
      kind: span.kind,
      spanContext: () => span.spanContext(),
      ...(span.parentSpanContext ? { parentSpanContext: span.parentSpanContext } : {}),
      startTime: span.startTime,
      endTime: span.endTime,
      status: message === undefined ? span.status : { ...span.status, message: this.#remove(message) },
      attributes: this.#cleanAttributes(span.attributes),
      links: span.links,
      events: span.events.map((event) => ({
        ...event,
        ...(event.attributes ? { attributes: this.#cleanAttributes(event.attributes) } : {}),
      })),
      duration: span.duration,
      ended: span.ended,
      resource: span.resource,
      instrumentationScope: span.instrumentationScope,
      droppedAttributesCount: span.droppedAttributesCount,
      droppedEventsCount: span.droppedEventsCount,
      droppedLinksCount: span.droppedLinksCount,
    };
  }

  #cleanAttributes(attributes: Attributes): Attributes {
    return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, this.#cleanValue(value)]));
  }

  #cleanValue(value: AttributeValue | undefined): AttributeValue | undefined {
    if (typeof value === 'string') return this.#remove(value);
    if (!Array.isArray(value)) return value;
    return value.map((each) => (typeof each === 'string' ? this.#remove(each) : each)) as string[];
  }
}

/** What went wrong, on one line. */
function reasonOf(error: ExportError | undefined): string {
  // A failed connection to a name with several addresses says it in the parts of its error only.
  const text = error?.message || String(error?.code ?? '') || error?.errors?.[0]?.message || 'no reason given';
  if (text === retryable) return 'it is busy or out of service (429, 502, 503 or 504)';
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  if (typeof error?.code !== 'number') return line;
  const advice = [401, 403].includes(error.code) ? '; check OTEL_EXPORTER_OTLP_HEADERS' : error.code === 404 ? '; check its path' : '';
  return `${error.code} ${line}${advice}`;
}

interface ExportError extends Error {
  /** A status, or the system's name of the fault. */
  readonly code?: string | number;
  readonly errors?: readonly Error[];
}

/** All that the SDK says of an answer after which another try is allowed. */
const retryable = 'Export failed with retryable status';
