import { type ApiContext, ApiFault } from './api-route.ts';

/** Whose name an answer gets. @throws {ApiFault} where there is none */
export function reviewerOf({ reviewer, project }: ApiContext): string {
  if (reviewer !== undefined) return reviewer;
  throw new ApiFault(400, project.whyNobodyReviews() ?? 'An answer needs the name of a person.');
}
