import { destinations } from '../../traces/destinations/destinations.ts';
import { importers } from '../../traces/importers/importers.ts';
import { type Environment, readSettings } from '../../traces/vendor-settings.ts';
import { type Check, ok, warn } from './check.ts';

/** Which systems traces can be read from and sent to with the variables that are set. Asks none of them, and shows no key. */
export function vendorsCheck(environment: Environment): Check {
  const settings = readSettings(environment);
  const faults: string[] = [];
  const hosts = (ports: readonly Pick<(typeof destinations)[number] | (typeof importers)[number], 'title' | 'variables' | 'target'>[]) =>
    ports.flatMap(({ title, variables, target }) => {
      if (!variables.some((name) => environment[name])) return [];
      try {
        return [`${title} (${new URL(target(settings).baseUrl).host})`];
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error));
        return [];
      }
    });
  const read = hosts(importers);
  const sent = hosts(destinations);
  const lines = [
    read.length > 0 ? `read from ${read.join(', ')}` : 'read from files and the receiver only: no system is configured',
    sent.length > 0 ? `sent to ${sent.join(', ')}` : 'sent nowhere: no system is configured',
  ];
  if (faults.length === 0) return ok('traces', lines.join('\n'));
  return warn('traces', [...lines, ...new Set(faults)].join('\n'), 'Set the variables right, here or in .env, or remove them.');
}
