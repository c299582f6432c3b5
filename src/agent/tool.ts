import type { JsonObject } from '../contracts/json.ts';

/**
 * A tool's implementation. `ToolInput` is what the model fills in (validated against the JSON schema that was sent),
 * `AgentInput` the case's input, which tools see and the model does not.
 */
export interface Tool<ToolInput, AgentInput> {
  /** `import.meta.url` of the file that implements it: it and all it imports are part of the version's fingerprint. */
  readonly source: string;
  /**
   * Returns the text the model reads. An error that is thrown becomes an `is_error` result.
   * A property, because a method's parameters are compared loosely and a wrong argument would compile.
   */
  readonly run: (toolInput: ToolInput, agentInput: AgentInput) => string | Promise<string>;
}

/** A tool definition exactly as it is sent to the model. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly input_schema: JsonObject & { readonly type: 'object' };
  readonly strict?: boolean;
}

/**
 * A tool that the provider defines, exactly as it is sent: `{ "type": "web_search_20250305", "name": "web_search", "max_uses": 3 }`. Most of them
 * it runs itself; one that the caller runs has an implementation like any other tool.
 */
export interface ProviderTool extends JsonObject {
  readonly type: string;
  readonly name: string;
}
