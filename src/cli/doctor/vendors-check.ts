import type { Importer } from '../../traces/importers/importer.ts';
import { checkDestination, checkLimits } from '../../traces/send/check-destination.ts';
import type { VendorDestination } from '../../traces/vendors/destination.ts';
import type { OfVendor } from '../../traces/vendors/vendor.ts';
import { VendorClient } from '../../traces/vendors/vendor-client.ts';
import { type Environment, readSettings } from '../../traces/vendors/vendor-settings.ts';
import { loadDestinations, loadImporters } from '../../traces/vendors/vendors.ts';
import { type Check, ok, warn } from './check.ts';

/**
 * Which systems traces can be read from and sent to with the variables that are set; no key is shown.
 * @param online whether those that they can be sent to are asked; otherwise nobody is
 */
export async function vendorsCheck(environment: Environment, online: boolean): Promise<Check> {
  const settings = readSettings(environment);
  const read = usable(await loadImporters(), environment);
  const sent = usable(await loadDestinations(), environment);
  const refusals = online ? await Promise.all(sent.ports.map((destination) => refusalOf(destination, environment))) : [];
  // Who can send only needs no more: reading may ask for a second key.
  const sendOnly = read.faults.filter(({ title }) => sent.ports.some((destination) => destination.title === title));
  const faults = [...read.faults.filter((fault) => !sendOnly.includes(fault)), ...sent.faults].map(({ message }) => message);
  const hosts = (ports: typeof sent.ports | typeof read.ports) =>
    ports.map(({ title, target }) => `${title} (${new URL(target(settings).baseUrl).host})`).join(', ');
  const lines = [
    read.ports.length > 0 ? `read from ${hosts(read.ports)}` : 'read from files and the receiver only: no system is configured',
    ...sendOnly.map(({ title, message }) => `not read from ${title}: ${message}`),
    sent.ports.length > 0
      ? `sent${online ? '' : ', not checked (use --online),'} to ${hosts(sent.ports)}`
      : 'sent nowhere: no system is configured',
  ];
  const all = [...new Set(faults), ...refusals.filter((refusal) => refusal !== undefined)];
  if (all.length === 0) return ok('traces', lines.join('\n'));
  return warn('traces', [...lines, ...all].join('\n'), 'Correct the variables, here or in .env, or remove them.');
}

/** Importers and destinations alike. */
type Port = Pick<OfVendor<VendorDestination | Importer>, 'title' | 'variables' | 'target'>;

/** Those that a person wants to use, because a variable of them is set, and what is wrong with the others of these. */
function usable<P extends Port>(ports: readonly P[], environment: Environment) {
  const settings = readSettings(environment);
  const found: { readonly ports: P[]; readonly faults: { readonly title: string; readonly message: string }[] } = { ports: [], faults: [] };
  for (const port of ports.filter(({ variables }) => variables.some((name) => environment[name]))) {
    try {
      port.target(settings);
      found.ports.push(port);
    } catch (error) {
      found.faults.push({ title: port.title, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

async function refusalOf(destination: OfVendor<VendorDestination>, environment: Environment): Promise<string | undefined> {
  const { title, variables } = destination;
  const target = destination.target(readSettings(environment));
  const { signal } = new AbortController();
  try {
    await checkDestination(destination, target, new VendorClient({ ...target, title, variables, signal, limits: checkLimits }));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
