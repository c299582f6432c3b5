import { relative } from 'node:path';
import type { ReviewStep } from '../../../flows/promote/3-review-drafts.ts';
import { shownDecision } from '../../../review/shown-decision.ts';
import { plainLine } from '../../../text/hostile-text.ts';

/** What became of a draft, in words. */
export function resultOf({ result }: Pick<ReviewStep, 'result'>): string {
  switch (result.kind) {
    case 'case':
      return result.settles === 'label' ? 'a case' : 'a disputed case, which does not count until it is resolved';
    case 'discarded':
      return 'discarded';
    case 'draft':
      return result.why === 'skipped' ? 'skipped' : 'critical, waiting for a second reviewer';
  }
}

/** What production decided, and what speaks against it, a line each. */
export function productionLines({ decision, findings }: NonNullable<ReviewStep['production']>): string[] {
  const shown =
    decision === null || typeof decision !== 'object' || Array.isArray(decision) ? JSON.stringify(decision) : shownDecision(decision);
  return [plainLine(`production decided: ${shown}`), ...findings.map(({ message }) => `  ${plainLine(message)}`)];
}

/** A path as a person would type it. */
export function shownFile(file: string): string {
  return relative(process.cwd(), file) || file;
}
