import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OwnKind } from '../contracts/described-agent.ts';
import type { ModelMode } from '../contracts/model-mode.ts';

/** Docket's modules that run a trial: what they import counts with them. */
const always = ['agent/tool-loop', 'agent/tool-variant', 'trials/run-trial'];
const byMode: Readonly<Record<ModelMode, string>> = {
  live: 'model/anthropic',
  recorded: 'model/recorded/recorded-model',
  simulated: 'model/simulated',
};

/**
 * The files of one copy of Docket that run a trial in this mode. One that this copy does not have is left out.
 * @param own the kind of an agent that answers without Docket's model
 * @param docket `import.meta.url` of a module in the copy's folder `agent`, as `defineAgent` notes it
 */
export function runnerSources(docket: string, mode: ModelMode, own?: OwnKind): Record<string, string> {
  const extension = docket.replace(/[?#].*$/, '').endsWith('.ts') ? 'ts' : 'js';
  const files = [...always, ...(own ? [`agent/${own}-agent`] : [byMode[mode]])].map(
    (name) => [name, new URL(`../${name}.${extension}`, docket)] as const,
  );
  return Object.fromEntries(files.filter(([, file]) => existsSync(fileURLToPath(file))).map(([name, file]) => [name, file.href]));
}
