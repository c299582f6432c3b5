import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { Case } from '../../contracts/case.ts';

/** Hash of the decision a case expects; wording around it is no part. */
export function labelHash({ label }: Case): string {
  return sha256(canonicalJson(label.decision));
}
