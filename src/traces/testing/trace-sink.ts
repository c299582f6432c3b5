import { receiveTraces } from '../receiver/receive-traces.ts';
import { openTraceStore } from '../store/open-trace-store.ts';

/** A receiver on this machine, and what arrived there. */
export interface TraceSink extends AsyncDisposable {
  /** Points a run's traces here. */
  readonly environment: { readonly OTEL_EXPORTER_OTLP_ENDPOINT: string };
  /** Names of the spans, trace by trace. */
  names(): Promise<string[][]>;
  /** One `<version> <case> <series> <number>` for every agent that was run, sorted. */
  trials(): Promise<string[]>;
  /** How often each score was told: `<scorer> <label>` -> traces. */
  scores(): Promise<Record<string, number>>;
}

/** Opens it on a free port. */
export async function traceSink(): Promise<TraceSink> {
  const store = openTraceStore(':memory:');
  const receiver = await receiveTraces(store, { host: '127.0.0.1', port: 0 });
  const traces = async () => Promise.all((await store.list({ limit: 10_000 })).map(({ traceId }) => store.spans(traceId)));
  return {
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    names: async () => (await traces()).map((spans) => spans.map(({ name }) => name)),
    trials: async () =>
      (await traces())
        .flat()
        .filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'invoke_agent')
        .map(({ attributes }) =>
          ['gen_ai.agent.version', 'docket.case.id', 'docket.trial.series', 'docket.trial.number']
            .map((name) => attributes[name])
            .join(' '),
        )
        .sort(),
    async scores() {
      const events = (await traces()).flatMap((spans) => spans.flatMap((span) => span.events));
      const told = events
        .filter(({ name }) => name === 'gen_ai.evaluation.result')
        .map(({ attributes }) => `${attributes['gen_ai.evaluation.name']} ${attributes['gen_ai.evaluation.score.label']}`);
      return Object.fromEntries([...Map.groupBy(told, (each) => each)].map(([name, all]) => [name, all.length]));
    },
    async [Symbol.asyncDispose]() {
      await receiver.close();
      await store.close();
    },
  };
}
