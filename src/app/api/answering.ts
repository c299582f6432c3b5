import { ApiFault } from './api-fault.ts';
import type { ApiContext } from './api-route.ts';

/** Whose name an answer gets. @throws {ApiFault} where there is none */
export function reviewerOf({ reviewer, whyNobody }: ApiContext): string {
  if (reviewer !== undefined) return reviewer;
  throw new ApiFault(400, whyNobody ?? 'An answer needs the name of a person.');
}
