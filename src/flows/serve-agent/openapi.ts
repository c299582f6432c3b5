import { z } from 'zod';
import type { JsonObject } from '../../contracts/json.ts';
import type { PreparedVersion, Session } from '../session.ts';

/** What the agent takes, as JSON Schema; all that a schema cannot say in it is left open. */
export function inputJsonSchema({ agent }: Pick<Session, 'agent'>): JsonObject {
  return JSON.parse(JSON.stringify(z.toJSONSchema(agent.input, { io: 'input', unrepresentable: 'any', cycles: 'ref' }))) as JsonObject;
}

/** The routes as an OpenAPI 3.1 document: https://spec.openapis.org/oas/v3.1.1. Its schemas are the agent's own. */
export function openApiOf(session: Session, { version, identity }: PreparedVersion, options: { readonly token: boolean }): JsonObject {
  const json = (schema: JsonObject) => ({ content: { 'application/json': { schema } } });
  const failed = (description: string) => ({ description, ...json({ $ref: '#/components/schemas/Error' }) });
  return {
    openapi: '3.1.1',
    info: {
      title: session.agent.name,
      version: identity.name,
      description: `Version ${identity.name}, fingerprint ${identity.fingerprint}.`,
    },
    paths: {
      '/decide': {
        post: {
          operationId: 'decide',
          summary: 'One decision on one input.',
          // An id of its own, so that what the schema says of itself (`#`) is not looked for in this document.
          requestBody: { required: true, ...json({ $id: '/schemas/input', ...inputJsonSchema(session) }) },
          responses: {
            200: {
              description: 'The decision.',
              ...json({
                type: 'object',
                required: ['kind', 'mode', 'agent', 'version', 'decision', 'findings', 'usage', 'durationMs'],
                properties: {
                  kind: { const: 'decision' },
                  mode: { enum: ['live', 'recorded', 'simulated'] },
                  agent: { type: 'string' },
                  version: { type: 'object' },
                  decision: { $id: '/schemas/decision', ...version.toolVariant.decisionJsonSchema },
                  findings: {
                    type: 'array',
                    items: { type: 'object', properties: { code: { type: 'string' }, message: { type: 'string' } } },
                  },
                  usage: { type: 'object' },
                  dollars: { type: 'number' },
                  durationMs: { type: 'number' },
                  traceId: { type: 'string' },
                },
              }),
            },
            400: failed('The body is not JSON, or not what the agent takes.'),
            402: failed('The budget is spent.'),
            413: failed('The body is too large.'),
            415: failed('The body is not sent as application/json.'),
            422: failed('The agent came to no decision.'),
            502: failed('The model cannot be used.'),
            503: failed(
              'All places are taken, the model is out of service for now, or the server is going away. Retry-After says when to come again.',
            ),
            504: failed('There was no decision in time.'),
          },
          ...(options.token ? { security: [{ bearer: [] }] } : {}),
        },
      },
      '/health': {
        get: {
          operationId: 'health',
          summary: 'Is it up?',
          responses: { 200: { description: 'It takes requests.' }, 503: { description: 'It is going away.' } },
        },
      },
    },
    components: {
      schemas: {
        Error: {
          type: 'object',
          required: ['kind', 'error', 'message'],
          properties: { kind: { const: 'error' }, error: { type: 'string' }, message: { type: 'string' }, traceId: { type: 'string' } },
        },
      },
      ...(options.token ? { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  };
}
