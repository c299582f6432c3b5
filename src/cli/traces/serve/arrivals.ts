import type { RawSpan } from '../../../contracts/trace.ts';
import { counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import type { Output } from '../../terminal/terminal.ts';

/** How often what has arrived is told, milliseconds: where a person looks on, and in a log. */
const everyMs = { live: 1000, log: 60_000 } as const;

/** Tells what arrives, a line for all of a moment. */
export class Arrivals {
  readonly #output: Output;
  readonly #everyMs: number;
  #traces = new Set<string>();
  #spans = 0;
  #newest: RawSpan | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output) {
    this.#output = output;
    this.#everyMs = output.live ? everyMs.live : everyMs.log;
  }

  /** The first is told at once, what follows within the same moment at its end. */
  add(spans: readonly RawSpan[]): void {
    this.#spans += spans.length;
    for (const { traceId } of spans) this.#traces.add(traceId);
    this.#newest = spans.at(-1) ?? this.#newest;
    if (this.#timer) return;
    this.#tell();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#spans > 0) this.add([]);
    }, this.#everyMs);
    this.#timer.unref();
  }

  /** Tells what was not told yet. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#spans > 0) this.#tell();
  }

  #tell(): void {
    const time = new Date().toLocaleTimeString('en-GB');
    const show = this.#newest ? `docket traces show ${plainLine(this.#newest.traceId.slice(0, 12))}` : '';
    const what = `${counted(this.#spans, 'span')} of ${counted(this.#traces.size, 'trace')}`;
    this.#output.line(this.#output.style('dim', `${time}  ${what}; the newest: ${show}`));
    this.#spans = 0;
    this.#traces = new Set();
  }
}
