import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

/** One recorded response with the request that got it. */
export interface Exchange {
  readonly file: string;
  readonly method: string;
  readonly path: string;
  readonly request: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The recorders are two: one stores parsed bodies, the other texts. */
const exchangeSchema = z.object({
  request: z.object({
    method: z.string(),
    uri: z.url(),
    parsed_body: z.unknown().optional(),
    body: z.object({ string: z.string() }).optional(),
  }),
  response: z.object({
    status: z.object({ code: z.int() }),
    headers: z.record(z.string(), z.array(z.string())),
    parsed_body: z.unknown().optional(),
    body: z.object({ string: z.string() }).optional(),
  }),
});
const fileSchema = z.union([
  z.object({ interactions: z.array(exchangeSchema) }).transform(({ interactions }) => interactions),
  z.object({ http_interactions: z.array(exchangeSchema) }).transform(({ http_interactions }) => http_interactions),
]);

const directory = new URL('../fixtures/anthropic/', import.meta.url);

/** Headers that say something about the answer, not about the connection it came over. */
const kept = /^(content-type|request-id|retry-after|x-should-retry|anthropic-ratelimit-.*)$/;

/** All recorded responses of the real API, in the order of the files. */
export function recordedTraffic(): Exchange[] {
  const files = readdirSync(directory)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort();
  return files.flatMap((file) => {
    const binary = { tag: '!binary', resolve: (text: string) => Buffer.from(text, 'base64').toString('utf8') };
    const interactions = fileSchema.parse(parse(readFileSync(new URL(file, directory), 'utf8'), { customTags: [binary] }));
    return interactions.map(({ request, response }) => ({
      file,
      method: request.method.toUpperCase(),
      path: new URL(request.uri).pathname,
      request: request.parsed_body ?? JSON.parse(request.body?.string || 'null'),
      status: response.status.code,
      headers: Object.fromEntries(
        Object.entries(response.headers).flatMap(([name, [value]]) =>
          kept.test(name.toLowerCase()) && value ? [[name.toLowerCase(), value]] : [],
        ),
      ),
      body: response.body?.string ?? JSON.stringify(response.parsed_body),
    }));
  });
}

/** Answers with recorded responses, in order, until the test ends. Returns the URL. */
export async function replayTraffic(exchanges: readonly Exchange[]): Promise<string> {
  let next = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const exchange = exchanges[next];
      next += 1;
      const { port } = server.address() as AddressInfo;
      // Links in a body lead to this server, not to the real one.
      const body = exchange?.body.replaceAll('https://api.anthropic.com', `http://127.0.0.1:${port}`);
      response.writeHead(exchange?.status ?? 500, exchange?.headers ?? {}).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
