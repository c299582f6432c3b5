import type { JsonObject } from '../contracts/json.ts';

/** A label that something speaks against. */
export interface LabelSuspect {
  readonly caseId: string;
  /** What speaks against it. `policy`: the rules; `resolution`: how its own dispute ended; `contradiction`: another case's label; `versions`: unrelated versions agree on something else. */
  readonly by: 'policy' | 'resolution' | 'contradiction' | 'versions';
  /** With the arithmetic, for people. */
  readonly reason: string;
  /** The decision that the label would have to be, where one is known. */
  readonly instead?: JsonObject;
  /** The case whose label contradicts this one. */
  readonly otherId?: string;
}
