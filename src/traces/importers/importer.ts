import type { RawSpan } from '../../contracts/trace.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import type { VendorClient } from '../vendors/vendor-client.ts';
import type { ReadSettings } from '../vendors/vendor-settings.ts';

/** From when to when spans must have started: milliseconds since 1970, the end is exclusive. */
export interface ImportWindow {
  readonly since: number;
  readonly until: number;
}

/** Which page of the spans of a window is wanted. */
export interface PageRequest {
  readonly window: ImportWindow;
  /** Only traces of that agent, as the vendor names it. */
  readonly agent?: string;
  /** What the page before gave as `next`; absent for the first page. */
  readonly cursor?: string;
  /** Most records of the page. */
  readonly limit: number;
}

/** A record of the vendor that is no span for us, or a part of one that is lost. */
export interface Unread {
  /** Why, in words that are the same for every record of the kind. */
  readonly reason: string;
  /** Which record, as the vendor names it; its own text, so not to be printed as it is. */
  readonly record: string;
  /** True when the span itself was kept, and only a part of it is lost. */
  readonly kept: boolean;
}

/** Spans of one answer or file. */
export interface SpanPage {
  readonly spans: readonly RawSpan[];
  readonly unread: readonly Unread[];
  /** Messages that stand in log records of their own. */
  readonly logs?: readonly RawLog[];
}

/** One page of an answer. */
export type PageAnswer =
  | ({ readonly kind: 'page' /** Absent on the last page. */; readonly next?: string } & SpanPage)
  /** The vendor does not take the request, for example because the cursor is too old. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The answer is longer than is read; fewer records have to be asked for. */
  | { readonly kind: 'too-long' };

/** Reads the traces of one vendor. */
export interface Importer {
  /** Records a page at first. */
  readonly pageSize: number;
  /**
   * Where the interface is and the headers that go with each request.
   * @throws {DocketError} when a variable is missing or malformed
   */
  target(settings: ReadSettings): ImportTarget;
  /** Asks for one page. @throws {DocketError} when the vendor cannot be reached or refuses the key */
  page(client: VendorClient, target: ImportTarget, request: PageRequest): Promise<PageAnswer>;
  /**
   * Reads a file exported by the vendor.
   * @param text the whole file
   * @throws {DocketError} when it is no export of the vendor
   */
  readExport?(text: string): SpanPage;
  /** True for the text of such a file, whole or cut off. */
  isExport?(text: string): boolean;
}

/** Where an importer reads. */
export interface ImportTarget {
  readonly baseUrl: string;
  /** Hold the key: never printed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  /** Project at the vendor, where the key does not name it. */
  readonly project?: string;
}
