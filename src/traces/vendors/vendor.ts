import type { Importer } from '../importers/importer.ts';
import type { VendorDestination } from './destination.ts';

/** A tracing system: what a person has to know and set, and the code for each direction, which is loaded when it is used. */
export interface Vendor {
  /** As people write it. */
  readonly title: string;
  /** Where traces are read from it. */
  readonly import?: VendorDirection<Importer>;
  /** Where stored traces are sent to it. */
  readonly send?: VendorDirection<VendorDestination>;
}

/** One direction of a vendor. */
export interface VendorDirection<Port> {
  /** The variables that name its keys and server; any of them set means that a person wants to use it. */
  readonly variables: readonly string[];
  /** What has to be set, in the words of a help text: keys first, in brackets what may be left out. */
  readonly help: string;
  load(): Promise<Port>;
}

/** How a vendor is called: its name at the command line and in the store, its title, and the variables of the direction. */
export interface VendorIdentity {
  readonly name: string;
  readonly title: string;
  readonly variables: readonly string[];
}

/** What reads traces from a vendor, or takes them there, with the vendor's name. */
export type OfVendor<Port> = Port & VendorIdentity;
