import type { TrialStore } from './trial-store.ts';

/** The store with some of its functions replaced. */
export function storeWith(store: TrialStore, own: Partial<TrialStore>): TrialStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
