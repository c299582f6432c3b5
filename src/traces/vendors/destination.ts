import type { ReadSettings } from './vendor-settings.ts';

/** Where stored traces are sent to, in OTLP over HTTP. */
export interface VendorDestination {
  readonly name: 'logfire' | 'langfuse' | 'braintrust' | 'datadog' | 'phoenix';
  /** As people write it. */
  readonly title: string;
  /** Any of them set means that a person wants to use it. */
  readonly variables: readonly string[];
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
