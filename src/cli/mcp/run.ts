import { randomBytes } from 'node:crypto';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { findConfig } from '../../flows/find-config.ts';
import { missingConfig } from '../../flows/load-config.ts';
import { McpProject } from '../../mcp/mcp-project.ts';
import { createMcpServer } from '../../mcp/mcp-server.ts';
import { serveMcpOverHttp } from '../../mcp/serve-http.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { endedBy, onInterrupt } from '../terminal/interruption.ts';

/** A client greets at once; so long after it the server has nothing to do yet. */
const idleMs = 250;

export interface McpOptions {
  readonly budget?: number;
  readonly unredacted?: boolean;
  readonly http?: boolean;
  readonly port: number;
}

/** Serves until the client goes away or somebody ends it. */
export async function runMcp(
  { budget, unredacted, http, port }: McpOptions,
  { terminal, invocation, exit }: CommandContext,
): Promise<void> {
  if (findConfig(invocation.directory) === undefined) throw missingConfig(invocation.directory);
  const { note, environment } = terminal;
  const project = new McpProject({
    directory: invocation.directory,
    environment,
    isUnredacted: unredacted ?? false,
    ...(budget === undefined ? {} : { budgetDollars: budget }),
  });
  const interruption = onInterrupt({ isUnread: true });
  const ended = new Promise<void>((resolve) => interruption.signal.addEventListener('abort', () => resolve(), { once: true }));
  const spare = project.standBy();
  // What redaction needs is large; the first question should not wait for it, nor the greeting before it.
  const idle = setTimeout(() => void project.getReady().catch((error: Error) => note.line(plainLine(error.message))), idleMs);
  try {
    if (http) {
      const token = environment.DOCKET_MCP_TOKEN || randomBytes(24).toString('base64url');
      const served = await serveMcpOverHttp(project, { port, token });
      note.line(
        `Serving ${plainLine(project.root)} at ${served.url}\nClients give: Authorization: Bearer ${environment.DOCKET_MCP_TOKEN ? '<DOCKET_MCP_TOKEN>' : token}`,
      );
      await ended;
      await served.close();
    } else {
      const gone = new Promise<void>((resolve) => process.stdin.once('end', resolve).once('close', resolve));
      const served = serveStdio(() => createMcpServer(project), { onerror: (error) => note.line(plainLine(error.message)) });
      await Promise.race([ended, gone]);
      await served.close();
    }
    exit(endedBy(interruption.signal));
  } finally {
    clearTimeout(idle);
    spare.close();
    await project.close();
    interruption.stop();
  }
}
