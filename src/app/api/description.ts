import { z } from 'zod';
import type { ApiRoute } from './api-route.ts';

/** The API as data: each route with the JSON schemas of what is asked and answered. */
export function describeApi(routes: readonly ApiRoute[]) {
  return {
    version: 1,
    base: '/api/v1',
    authorization: 'Bearer <token of the opened address>',
    routes: routes.map((route) => ({
      name: route.name,
      method: methodOf(route).toUpperCase(),
      path: route.path,
      summary: route.summary,
      needs: route.kind === 'answer' && route.isWriting ? '--write' : null,
      question: schemaOf(route.question, 'input'),
      ...(route.kind === 'answer' ? { answer: schemaOf(route.answer, 'output') } : { events: schemaOf(route.event, 'output') }),
    })),
  };
}

export function methodOf(route: ApiRoute): 'get' | 'post' {
  return route.kind === 'answer' && route.isWriting ? 'post' : 'get';
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' });
}
