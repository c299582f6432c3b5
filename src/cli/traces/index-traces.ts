import { givenWay } from '../../flows/given-way.ts';
import { count, counted } from '../../text/figures.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import { drawOver } from '../terminal/draw-over.ts';
import type { Output } from '../terminal/terminal.ts';

/** Fewer are indexed in a moment, and nobody is told. */
const worthSaying = 50_000;

/**
 * Brings the index of words up to date and says how far it is where that takes a while. Between two steps signals are heard.
 * @param signal ends it; what is done stays done
 */
export async function indexTraces(store: TraceStore, note: Output, signal?: AbortSignal): Promise<void> {
  let isSaid = false;
  try {
    for await (const { indexed, total } of store.indexText()) {
      if (total >= worthSaying) {
        drawOver(note, `Indexing for the search: ${count(indexed)} of ${counted(total, 'span')}`);
        if (!note.live && !isSaid) note.line(`Indexing ${counted(total, 'span')} for the search, once.`);
        isSaid = true;
      }
      await givenWay(signal);
    }
  } finally {
    if (isSaid) drawOver(note);
  }
}
