import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedAt } from '../../agent/closure/installed-package.ts';
import { runnerClosure } from '../../agent/fingerprint.ts';
import { sourceClosure } from '../../agent/source-closure.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import type { LoadedByAgent } from './base-dependencies.ts';

/** A module of the Docket that judges: it starts the workers, too. */
const docket = new URL(`../../agent/define-agent.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href;

/** What a configuration loads as far as its text says it. */
export async function loadsOf(file: string, root: string, mode: ModelMode): Promise<LoadedByAgent> {
  return { packages: new Set((await loadedPackages(file, root, mode)).map(({ name }) => name)), docket };
}

/** Folders of code that is loaded beside a checkout's own: Docket's, and that of the packages that the checkout loads. */
export async function packageFolders(file: string, root: string, mode: ModelMode): Promise<string[]> {
  const packages = await loadedPackages(file, root, mode);
  return [...new Set([dirname(dirname(fileURLToPath(docket))), ...packages.map(({ directory }) => directory)])];
}

async function loadedPackages(file: string, root: string, mode: ModelMode): Promise<{ name: string; directory: string }[]> {
  const runner = await runnerClosure({ docket, root }, mode);
  const installed = installedAt(fileURLToPath(docket));
  // What is wrong with it is said when it is loaded.
  const loaded = await sourceClosure({ sources: { configuration: file }, docket, root }).catch(() => undefined);
  return [...(loaded?.packages ?? []), ...(runner?.packages ?? []), ...(installed ? [installed] : [])];
}
