import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { DocketError } from '../contracts/docket-error.ts';
import type { McpProject } from './mcp-project.ts';
import { createMcpServer } from './mcp-server.ts';

export interface ServedMcp {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves over streamable HTTP on this machine only: by Host and Origin no page of another site may ask, and by the token no other user.
 * @throws {DocketError} when the port is taken
 */
export async function serveMcpOverHttp(
  project: McpProject,
  { port, token }: { readonly port: number; readonly token: string },
): Promise<ServedMcp> {
  const handler = createMcpHandler(() => createMcpServer(project));
  const answer = toNodeHandler(handler);
  const [hostFits, originFits] = [localhostHostValidation(), localhostOriginValidation()];
  const server = createServer((request, response) => {
    // Each of the two has answered where it does not fit.
    if (!hostFits(request, response) || !originFits(request, response)) return;
    if (!bears(request, token)) {
      response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' });
      response.end(JSON.stringify({ error: 'Give the token that docket mcp printed: Authorization: Bearer <token>.' }));
      return;
    }
    if (request.url?.split('?')[0] !== '/mcp') {
      response.writeHead(404).end();
      return;
    }
    // Node's own type says that a method may be missing; one that was parsed has it.
    void answer(request as Parameters<typeof answer>[0], response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new DocketError(`Port ${port} is taken. Give another one with --port, or 0 for a free one.`) : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    async close() {
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function bears({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(/^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
