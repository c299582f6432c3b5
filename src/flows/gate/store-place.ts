import { relative, resolve } from 'node:path';
import type { LoadedConfig } from '../load-config.ts';

/** Where main's configuration wants trials to be kept, in the checkout that is judged: main's own is taken away one day. */
export function storeOf({ store, root: mainRoot }: Pick<LoadedConfig, 'store' | 'root'>, root: string): string {
  if (store === ':memory:') return store;
  const path = relative(mainRoot, store);
  return path.startsWith('..') ? store : resolve(root, path);
}
