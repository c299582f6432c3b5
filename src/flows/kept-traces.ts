import { type KeptTraceStore, keepSharedTraceStore } from '../traces/store/open-trace-store.ts';
import type { TraceStore } from '../traces/store/trace-store.ts';
import type { LoadedConfig } from './load-config.ts';
import { openTracesIfThere, openTracesToRead } from './open-traces.ts';
import { sharedStore } from './open-trials.ts';

/**
 * The traces of a project for a server that lives long. Those of a shared database stay open from the first reader on; a file is opened for each reader,
 * as it is then.
 */
export class KeptTraces {
  readonly #config: Pick<LoadedConfig, 'root'>;
  #kept: { readonly place: string; readonly store: Promise<KeptTraceStore> } | undefined;

  constructor(config: Pick<LoadedConfig, 'root'>) {
    this.#config = config;
  }

  /**
   * Gives the traces as they are now to a reader.
   * @param onDamage told of what is damaged, as it is found
   * @throws {DocketError} when there are none; as the stores do
   */
  async read<T>(read: (store: TraceStore) => T | Promise<T>, onDamage?: (message: string) => void): Promise<T> {
    const shared = await this.#shared();
    return shared ? shared.read(read, onDamage) : readAndClose(await openTracesToRead(this.#config, onDamage), read);
  }

  /** The same for who has something to say where nothing was recorded yet. */
  async readIfThere<T>(read: (store: TraceStore) => T | Promise<T>, onDamage?: (message: string) => void): Promise<T | undefined> {
    const shared = await this.#shared();
    if (shared) return shared.read(read, onDamage);
    const store = await openTracesIfThere(this.#config, onDamage);
    return store && readAndClose(store, read);
  }

  async close(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    await (await kept?.store.catch(() => undefined))?.close();
  }

  /** Opened anew where it could not be opened, or where another one is named since. */
  async #shared(): Promise<KeptTraceStore | undefined> {
    const address = sharedStore(this.#config);
    const place = JSON.stringify(address);
    if (this.#kept && this.#kept.place !== place) await this.close();
    if (!address) return undefined;
    this.#kept ??= { place, store: keepSharedTraceStore(address) };
    const { store } = this.#kept;
    try {
      return await store;
    } catch (error) {
      if (this.#kept?.store === store) this.#kept = undefined;
      throw error;
    }
  }
}

async function readAndClose<T>(store: TraceStore, read: (store: TraceStore) => T | Promise<T>): Promise<T> {
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}
