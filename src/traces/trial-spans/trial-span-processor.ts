import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { docketScope } from '../../contracts/telemetry.ts';
import { rawSpanOf } from '../raw-span-of.ts';
import { HeardSpans, heardTrial } from './heard-spans.ts';

/** Hands spans of this process to the trials in whose work they were made; those that Docket makes itself are about the trial, and not of it. */
export class TrialSpanProcessor implements SpanProcessor {
  readonly #trials = new WeakMap<object, HeardSpans>();

  onStart(span: object, parent: Context): void {
    const trial = parent.getValue(heardTrial);
    if (trial instanceof HeardSpans) this.#trials.set(span, trial);
  }

  onEnd(span: ReadableSpan): void {
    if (span.instrumentationScope.name !== docketScope) this.#trials.get(span)?.add([rawSpanOf(span)]);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
