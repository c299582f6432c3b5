import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { NumberSource } from '../text/number-sources.ts';

/** What the words of a run are held against. */
export interface SpokenRun {
  readonly sentences: readonly string[];
  /** Every number that somebody gave. */
  readonly sources: readonly NumberSource[];
  /** False where nobody recorded what it was given: then no number is one of its own. */
  readonly hasSources: boolean;
  readonly hasInput: boolean;
  readonly decision: JsonObject | undefined;
  readonly fields: readonly { readonly name: string }[];
  readonly choice: JsonValue | undefined;
  /** True for yes, false for no, undefined where the choice is neither. */
  readonly saysYes: boolean | undefined;
}
