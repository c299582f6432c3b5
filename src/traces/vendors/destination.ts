import type { ReadSettings } from './vendor-settings.ts';

/** Takes stored traces to a vendor, in OTLP over HTTP. */
export interface VendorDestination {
  /** Attributes that it knows by another name: ours -> its. */
  readonly renamed: Readonly<Record<string, string>>;
  /** @throws {DocketError} when a variable is missing or malformed */
  target(settings: ReadSettings): DestinationTarget;
}

/** Address and headers of a destination. */
export interface DestinationTarget {
  readonly baseUrl: string;
  /** Begins with a slash. */
  readonly path: string;
  /** Project at the destination, where it has to be named. */
  readonly project?: string;
  /** May hold a key: never printed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}
