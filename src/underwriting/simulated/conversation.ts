import type { JsonObject, ModelRequest } from '../../index.ts';

/** A tool as the request offers it. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
}

/** What the request says, read once. */
export interface Conversation {
  readonly systemPrompt: string;
  readonly tools: readonly OfferedTool[];
  readonly userMessage: string;
  /** What the user asks for, in dollars; undefined when the message names no amount. */
  readonly loanAmount: number | undefined;
  /** Results of the tools called so far that worked, in order, and the names of those that did not. */
  readonly results: readonly string[];
  readonly failedTools: readonly string[];
  /** JSON schema of the decision that is asked for; undefined when the request asks for none. */
  readonly decisionSchema: JsonObject | undefined;
}

/** Reads a request of the Messages API. */
export function readConversation(request: ModelRequest): Conversation {
  const userMessage = textOf(request.messages[0]?.content ?? '');
  const names = new Map<string, string>();
  const results: string[] = [];
  const failedTools: string[] = [];
  for (const { content } of request.messages) {
    if (typeof content === 'string') continue;
    for (const block of content) {
      if (block.type === 'tool_use') names.set(block.id, block.name);
      if (block.type !== 'tool_result') continue;
      if (block.is_error) failedTools.push(names.get(block.tool_use_id) ?? 'a tool');
      else results.push(textOf(block.content ?? ''));
    }
  }
  return {
    systemPrompt: textOf(request.system ?? ''),
    tools: (request.tools ?? []).flatMap((tool) =>
      'input_schema' in tool
        ? [{ name: tool.name, description: tool.description ?? '', inputSchema: tool.input_schema as unknown as JsonObject }]
        : [],
    ),
    userMessage,
    loanAmount: dollarsIn(userMessage),
    results,
    failedTools,
    decisionSchema: request.output_config?.format?.schema as JsonObject | undefined,
  };
}

function dollarsIn(text: string): number | undefined {
  const amount = /\$\s*(\d[\d,]*(?:\.\d+)?)/.exec(text)?.[1] ?? /\d[\d,]*(?:\.\d+)?/.exec(text)?.[0];
  return amount === undefined ? undefined : Number(amount.replaceAll(',', ''));
}

function textOf(content: string | readonly { readonly type: string }[]): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => ('text' in block && typeof block.text === 'string' ? [block.text] : [])).join('\n');
}
