import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseConfig, type ResolvedConfig } from '../agent/config.ts';
import { DocketError } from '../contracts/docket-error.ts';

/** A configuration and the folder its paths are relative to. */
export interface LoadedConfig extends ResolvedConfig {
  readonly root: string;
  /** The configuration file itself. */
  readonly file: string;
}

const names = ['docket.config.ts', 'docket.config.js', 'docket.config.mjs'];

/**
 * Loads `docket.config.ts` from the folder or the nearest one above it.
 * @throws {DocketError} when there is none, or it does not load, or a setting is wrong
 */
export async function loadConfig(from: string = process.cwd()): Promise<LoadedConfig> {
  const file = findConfig(from);
  if (file === undefined) {
    throw new DocketError(`No docket.config.ts in ${resolve(from)} or any folder above it. Run Docket inside a project that has one.`);
  }
  let loaded: { default?: unknown };
  try {
    loaded = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    if (cause instanceof DocketError) throw cause;
    throw new DocketError(`${file} does not load: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const config = parseConfig(loaded.default, file);
  const root = dirname(file);
  const unknown = [config.current, ...(config.versions ?? [])].find(
    (name) => !Object.hasOwn(config.agent.versions, name.split(/[/@]/)[0] ?? ''),
  );
  if (unknown !== undefined) {
    throw new DocketError(
      `${file}: the agent "${config.agent.name}" has no version "${unknown}". It has: ${Object.keys(config.agent.versions).join(', ')}.`,
    );
  }
  return {
    ...config,
    cases: resolve(root, config.cases),
    store: config.store === ':memory:' ? config.store : resolve(root, config.store),
    root,
    file,
  };
}

/** The configuration in the folder or the nearest one above it; undefined when there is none. */
export function findConfig(from: string = process.cwd()): string | undefined {
  const directory = resolve(from);
  const found = names.map((name) => join(directory, name)).find((file) => existsSync(file));
  if (found !== undefined || dirname(directory) === directory) return found;
  return findConfig(dirname(directory));
}
