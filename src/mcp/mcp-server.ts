import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { thisDocket } from '../flows/docket-copy.ts';
import { visibleText } from '../text/hostile-text.ts';
import { fenced, untrustedNotice, visibleValue } from './fence.ts';
import type { McpProject } from './mcp-project.ts';
import type { McpTool } from './mcp-tool.ts';
import { registerPrompts } from './prompts.ts';
import { registerResources } from './resources.ts';
import { mcpTools } from './tools/tools.ts';

const instructions = `Docket puts an agent that makes decisions on trial before a change to it is merged. Read docket://map first. ${untrustedNotice}`;

/** One server for one connection or request, with all tools, resources and prompts of the project. */
export function createMcpServer(project: McpProject): McpServer {
  const server = new McpServer({ name: 'docket', title: 'Docket', version: thisDocket.version }, { instructions });
  for (const tool of mcpTools) register(server, project, tool);
  registerResources(server, project);
  registerPrompts(server);
  return server;
}

function register(server: McpServer, project: McpProject, tool: McpTool): void {
  const { name, title, description, input, output, isReadOnly, isUntrusted } = tool;
  server.registerTool(
    name,
    {
      ...{ title, description, inputSchema: input, outputSchema: output },
      annotations: { title, readOnlyHint: isReadOnly, destructiveHint: false, openWorldHint: !isReadOnly },
    },
    async (given: Record<string, unknown>, context: ServerContext) => {
      try {
        const tell = progressOf(context);
        // A notice of a command that reads traces may name what stands in them, and no fence is around a step.
        const progress = isUntrusted && isReadOnly ? () => tell('reading') : tell;
        const answer = visibleValue(await tool.run(given, { project, signal: context.mcpReq.signal, progress })) as Record<string, unknown>;
        const text = JSON.stringify(answer);
        return { content: [{ type: 'text', text: isUntrusted ? fenced(text) : text }], structuredContent: answer };
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        const message = isUntrusted ? project.ofTraces(said) : said;
        return { isError: true, content: [{ type: 'text', text: fenced(String(visibleValue(message))) }] };
      }
    },
  );
}

/** Numbers of steps, because nobody knows how many there will be. */
function progressOf({ mcpReq }: ServerContext): (message: string) => void {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return () => {};
  let progress = 0;
  return (message) => {
    progress += 1;
    // A client that is gone needs no telling.
    void mcpReq
      .notify({ method: 'notifications/progress', params: { progressToken: token, progress, message: visibleText(message) } })
      .catch(() => {});
  };
}
