import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

let collect: Collect | undefined;

/**
 * Gives back at once what is not used any more, pages that V8 would keep for later included. V8 waits until its heap has grown to a multiple, and
 * does nothing at all while nothing happens: a receiver that took one large request would keep its memory for as long as it runs.
 */
export function giveMemoryBack(): void {
  collect ??= collector();
  collect({ type: 'major', flavor: 'last-resort' });
}

function collector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}
