import { DocketError } from '../contracts/docket-error.ts';
import type { ApiContext, ApiRoute } from './api/api-route.ts';
import { reviewRoutes } from './api/review-routes.ts';

/** Files of the agent are others than those that were loaded. */
export class StaleAgent extends DocketError {
  constructor() {
    super(
      'Files of the agent have changed since they were loaded, and an answer would go by the old ones. Start docket ui again; what you typed is kept in this tab.',
      { code: 'changed-meanwhile' },
    );
  }
}

/** The route of a question. @throws {TypeError} when there is none */
export function deskRoute(name: string): Extract<ApiRoute, { readonly kind: 'answer' }> {
  const route = reviewRoutes.find((each) => each.name === name);
  if (route?.kind !== 'answer') throw new TypeError(`no route of the review is called ${name}`);
  return route;
}

/** Answers by the agent as it is loaded here. @throws {StaleAgent} when it is another one by now; what the route throws */
export async function answerAtDesk(
  route: Extract<ApiRoute, { readonly kind: 'answer' }>,
  question: Readonly<Record<string, unknown>>,
  context: ApiContext,
): Promise<unknown> {
  const desk = await context.project.desk();
  if (!(await desk.isCurrent())) throw new StaleAgent();
  return route.run(question, context);
}
