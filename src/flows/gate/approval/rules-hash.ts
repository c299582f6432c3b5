import { canonicalJson, sha256 } from '../../../contracts/canonical-json.ts';

/**
 * Hash of what a pull request proposes: every difference that weighs between its rules and those of the commit of main that it left. Words for people, layout
 * and comments are no part, and neither is what main itself changed since.
 */
export function rulesHash(proposed: readonly string[]): string {
  return sha256(canonicalJson([...proposed]));
}
