import { type Attributes, type Span, type SpanKind, type SpanStatus, SpanStatusCode, trace } from '@opentelemetry/api';
import { docketScope, errorType } from '../contracts/telemetry.ts';
import { ModelError } from '../model/model-error.ts';

/** A span before its work begins. */
export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** False leaves out the texts of errors, which may quote what was said. */
  readonly content: boolean | undefined;
}

/** Does the work in a span of its own; spans made meanwhile are its children. What the work throws ends the span as an error and is thrown on. */
export function inSpan<T>({ name, kind, attributes, content }: SpanStart, work: (span: Span) => Promise<T>): Promise<T> {
  // Asked for each time: a tracer that is kept stays with the SDK of its first span, even after that one was shut down.
  return trace.getTracer(docketScope).startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setAttribute(errorType, error instanceof ModelError ? error.kind : error instanceof Error ? error.name : '_OTHER');
      span.setStatus(errorStatus(error instanceof Error ? error.message : String(error), content));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The status of a span whose work failed; its text only where spans may say what was said. */
export function errorStatus(message: string, content: boolean | undefined): SpanStatus {
  return { code: SpanStatusCode.ERROR, ...(content === false ? {} : { message }) };
}
