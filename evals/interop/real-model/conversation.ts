import type { JsonObject, JsonValue } from '../../../src/contracts/json.ts';

/** A request of the Messages API, as far as a small model can do something with it. */
export interface Asked {
  readonly model: string;
  readonly max_tokens: number;
  readonly system?: string | readonly Block[];
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string | readonly Block[] }[];
  readonly tools?: readonly { readonly name: string; readonly description?: string; readonly input_schema?: JsonObject }[];
  readonly tool_choice?: { readonly type: 'auto' | 'any' | 'tool' | 'none'; readonly name?: string };
  readonly output_config?: { readonly format?: { readonly schema: JsonObject } };
  readonly stream?: boolean;
}

type Block = JsonObject & { readonly type: string };

/** The text that the model goes on from, in the marks that it was trained on. */
export function conversationText({ system = '', messages, tools = [] }: Asked): string {
  const used = tools.map(({ name, description = '' }) => `- ${name}: ${description}`);
  const how = used.length > 0 ? `\nTools, used by {"tool":"name","input":{}}:\n${used.join('\n')}` : '';
  const turns = messages.map(({ role, content }) => marked(role, textOf(content)));
  return `${marked('system', `${textOf(system)}${how}`)}${turns.join('')}<|im_start|>assistant\n`;
}

/** Text of others must not end a turn of the conversation. */
function marked(role: string, text: string): string {
  return `<|im_start|>${role}\n${text.replaceAll(/<\|im_(?:start|end)\|>|<\|endoftext\|>/g, '')}<|im_end|>\n`;
}

function textOf(content: string | readonly Block[]): string {
  return typeof content === 'string' ? content : content.map(blockText).join('\n');
}

function blockText({ type, text, name, input, content }: Block): string {
  if (type === 'text') return String(text);
  if (type === 'tool_use') return JSON.stringify({ tool: name, input });
  if (type === 'tool_result') return `Result: ${typeof content === 'string' ? content : textOf((content ?? []) as unknown as Block[])}`;
  return `(${type})`;
}

/** What the model may answer, as a schema that its grammar is made of: a call of a tool, or the answer. */
export function answerSchema({ tools = [], tool_choice: choice, output_config: config }: Asked): JsonObject {
  const calls = tools
    .filter(({ name }) => choice?.type !== 'tool' || name === choice.name)
    .map(({ name, input_schema: input = {} }) => ({
      type: 'object',
      properties: { tool: { const: name }, input: knownParts({ type: 'object', properties: {}, ...input }) },
      additionalProperties: false,
    }));
  const answer = config?.format ? knownParts(config.format.schema) : { type: 'object', properties: { text: { type: 'string' } } };
  if (choice?.type === 'tool' || choice?.type === 'any') return { oneOf: calls };
  return choice?.type === 'none' || calls.length === 0 ? (answer as JsonObject) : { oneOf: [answer, ...calls] as JsonValue[] };
}

/** A schema in the words that the library knows. */
function knownParts(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(knownParts);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { description: _description, title: _title, anyOf, ...known } = schema as JsonObject;
  const entries = Object.entries(anyOf === undefined ? known : { ...known, oneOf: anyOf });
  return Object.fromEntries(entries.map(([key, value]) => [key, key === 'enum' || key === 'const' ? value : knownParts(value)]));
}

/** The blocks of an answer. What was cut is what it is: text. */
export function contentOf(text: string, whole: boolean, { output_config: config }: Asked, id: string): JsonObject[] {
  const said = whole ? (JSON.parse(text) as JsonObject) : {};
  if (typeof said.tool === 'string') return [{ type: 'tool_use', id: `toolu_${id}`, name: said.tool, input: said.input ?? {} }];
  const own = !config?.format && typeof said.text === 'string' ? said.text : text.trim();
  return [{ type: 'text', text: own }];
}
