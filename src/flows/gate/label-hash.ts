import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { Case } from '../../contracts/case.ts';
import type { JsonObject } from '../../contracts/json.ts';

/** Hash of the decision a case expects, and of what counts as the same; wording around it is no part. */
export function labelHash({ label }: Case): string {
  return sha256(canonicalJson(label.compare ? [label.decision, label.compare as JsonObject] : label.decision));
}
