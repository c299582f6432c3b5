import { DocketError } from '../../contracts/docket-error.ts';
import type { Importer } from '../importers/importer.ts';
import { braintrust } from './braintrust/vendor.ts';
import { datadog } from './datadog/vendor.ts';
import type { VendorDestination } from './destination.ts';
import { langfuse } from './langfuse/vendor.ts';
import { logfire } from './logfire/vendor.ts';
import { phoenix } from './phoenix/vendor.ts';
import type { OfVendor, Vendor, VendorDirection, VendorIdentity } from './vendor.ts';

/** Every tracing system, by its name at the command line. */
export const vendors = { logfire, langfuse, braintrust, datadog, phoenix } as const satisfies Readonly<Record<string, Vendor>>;

export type Direction = 'import' | 'send';

/** The vendors of a direction, in the order of the list, with what has to be set for them. */
export function vendorsOf(direction: Direction): (VendorIdentity & { readonly help: string })[] {
  return directionsOf(direction).map(({ name, title, of: { variables, help } }) => ({ name, title, variables, help }));
}

/** @throws {DocketError} when nothing is read from a vendor of that name */
export function loadImporter(name: string): Promise<OfVendor<Importer>> {
  return loaded<Importer>('import', name);
}

/** @throws {DocketError} when nothing is sent to a vendor of that name */
export function loadDestination(name: string): Promise<OfVendor<VendorDestination>> {
  return loaded<VendorDestination>('send', name);
}

/** Everything that traces are read from. */
export function loadImporters(): Promise<OfVendor<Importer>[]> {
  return Promise.all(vendorsOf('import').map(({ name }) => loadImporter(name)));
}

/** Everything that traces are sent to. */
export function loadDestinations(): Promise<OfVendor<VendorDestination>[]> {
  return Promise.all(vendorsOf('send').map(({ name }) => loadDestination(name)));
}

/** What the names of all vendors' variables begin with, for example `DD_`: keys stand in some of them. */
export function vendorPrefixes(): string[] {
  const variables = (['import', 'send'] as const).flatMap((direction) => vendorsOf(direction).flatMap((vendor) => vendor.variables));
  return [...new Set(variables.map((name) => name.replace(/_.*/, '_')))];
}

async function loaded<Port extends object>(direction: Direction, name: string): Promise<OfVendor<Port>> {
  const known = directionsOf(direction);
  const found = known.find((each) => each.name === name);
  if (!found) {
    const names = known.map((each) => each.name).join(', ');
    throw new DocketError(`Traces are not ${direction === 'import' ? 'read from' : 'sent to'} "${name}". Known: ${names}.`);
  }
  const { title, of } = found;
  return { ...((await of.load()) as Port), name, title, variables: of.variables };
}

function directionsOf(direction: Direction) {
  return Object.entries<Vendor>(vendors).flatMap(([name, { title, [direction]: of }]) => {
    const found: VendorDirection<Importer | VendorDestination> | undefined = of;
    return found ? [{ name, title, of: found }] : [];
  });
}
