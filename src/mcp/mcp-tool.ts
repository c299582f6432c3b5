import type { z } from 'zod';
import type { McpProject } from './mcp-project.ts';

/** What a call is made with beside its arguments. */
export interface McpCall {
  readonly project: McpProject;
  /** Aborted when the client cancels or goes away. */
  readonly signal: AbortSignal;
  /** Tells the client how far it is, where the client asked to be told. */
  readonly progress: (message: string) => void;
}

/** A question or an action that a coding agent may ask for; one file each in `tools/`. */
export interface McpTool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For the model that chooses among tools: what it gives, when to use it. */
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** False for what runs trials or writes files. */
  readonly isReadOnly: boolean;
  /** True when the answer holds text that came from outside: of a trace, a model, a tool. It is fenced and marked then. */
  readonly isUntrusted: boolean;
  readonly run: (input: z.infer<Input>, call: McpCall) => Promise<z.infer<Output>>;
}

/** A tool with its types checked, as the list takes it. */
export function mcpTool<Input extends z.ZodObject, Output extends z.ZodObject>(tool: McpTool<Input, Output>): McpTool {
  return tool as unknown as McpTool;
}
