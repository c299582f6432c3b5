import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { rawSpanOf } from '../raw-span-of.ts';
import type { TraceStore } from '../store/trace-store.ts';

/** Writes Docket's own spans to the local store, a batch a transaction. Closes the store when it is shut down. */
export class StoreExporter implements SpanExporter {
  readonly #store: TraceStore;

  constructor(store: TraceStore) {
    this.#store = store;
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.#store.saveSpans(spans.map(rawSpanOf), { source: 'docket' }).then(
      () => done({ code: 0 }),
      (error: Error) => done({ code: 1, error }),
    );
  }

  async shutdown(): Promise<void> {
    await this.#store.close();
  }
}
