import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readCheckoutFile, repositoryAround } from '../contracts/checkout-file.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { fromJsonSchema } from '../contracts/from-json-schema.ts';
import { type JsonObject, jsonObjectSchema } from '../contracts/json.ts';
import { checkSource } from './check-source.ts';
import type { ProviderTool, Tool, ToolDefinition } from './tool.ts';
import type { UserMessage } from './user-message.ts';

const toolDefinitionSchema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  strict: z.boolean().optional(),
});

/** The provider's tools are named by a type with the day of their version; what else they take is theirs to say. */
const providerToolSchema = z.looseObject({
  type: z.string().regex(/_\d{8}$/, 'the type of a tool that the provider defines ends with a date, as web_search_20250305'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
}) as z.ZodType<ProviderTool>;

/** True for a type of tool that the provider defines and the caller runs: it does nothing without an implementation. */
export function isRunByCaller(type: string): boolean {
  return /^(bash|text_editor|memory|computer|browser)_/.test(type);
}

/** One set of tools with the decision that goes with it: half of a version. */
export interface ToolVariant<Input, Decision> {
  /** The tools' JSON exactly as sent, sorted by name. */
  readonly definitions: readonly ToolDefinition[];
  /** The JSON of tools that the provider defines, as web search; most of them it runs itself. */
  readonly providerTools?: readonly ProviderTool[];
  /** The decision's JSON schema exactly as sent. */
  readonly decisionJsonSchema: JsonObject;
  /** Checks a decision against that schema. */
  readonly decisionSchema: z.ZodType<Decision>;
  readonly tools: ReadonlyMap<string, Tool<JsonObject, Input>>;
  /** Checks a tool's arguments against its `input_schema`. */
  readonly inputSchemas: ReadonlyMap<string, z.ZodType>;
  /** Takes fewer inputs than the agent does; all of the agent's when not given. */
  readonly input?: z.ZodType<Input>;
  /** What the model is told of the input, in place of the agent's. */
  readonly userMessage?: UserMessage<Input>;
}

/**
 * Reads a tool variant's JSON files (`tools/*.json` and `decision.json` below `directory`) and joins them to their implementations.
 *
 * `Tools` and `Decision` are the types generated from those files: a missing, extra or renamed tool or a wrong argument
 * does not compile, and is refused here too.
 * @throws {DocketError} when a file is missing or malformed, or tools and files do not match.
 */
export function defineToolVariant<Tools, Decision, Input>(options: {
  readonly directory: URL;
  readonly tools: { readonly [Name in keyof Tools]: Tool<Tools[Name], Input> };
  /** For versions that do not take all that the agent takes: an older one, whose inputs had fewer fields. */
  readonly input?: z.ZodType<Input>;
  /** For versions whose model is told something else of the input than the agent's `userMessage` says. */
  readonly userMessage?: UserMessage<Input>;
}): ToolVariant<Input, Decision> {
  const directory = fileURLToPath(options.directory);
  const { input, userMessage } = options;
  if (userMessage) checkSource(userMessage.source, `${directory}: the user message`);
  const read = toolFiles(new URL('tools/', options.directory))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => readDefinition(new URL(`tools/${file}`, options.directory)));
  const definitions = read.filter((definition): definition is ToolDefinition => !isProviderTool(definition));
  const providerTools = read.filter(isProviderTool);
  const tools = new Map(Object.entries(options.tools) as [string, Tool<JsonObject, Input>][]);
  for (const { name } of definitions) {
    if (!tools.has(name))
      throw new DocketError(`${directory}: the tool "${name}" has a JSON file and no implementation. Add it to defineToolVariant's tools.`);
  }
  for (const { name, type } of providerTools) {
    if (!tools.has(name) && isRunByCaller(type))
      throw new DocketError(
        `${directory}: the tool "${name}" (${type}) is run by the caller and has no implementation. ${
          type.includes('_toolset_') ? 'Docket runs no toolsets: take it out.' : "Add it to defineToolVariant's tools."
        }`,
      );
  }
  for (const [name, { source, run }] of tools) {
    checkSource(source, `${directory}: the tool "${name}"`);
    if (typeof run !== 'function')
      throw new DocketError(`${directory}: the tool "${name}" has no function "run". Expected run: (input) => 'text for the model'.`);
    if (!read.some((definition) => definition.name === name)) {
      throw new DocketError(`${directory}: the tool "${name}" is implemented and has no JSON file. Add tools/${name}.json.`);
    }
  }
  const decisionJsonSchema = readJson(new URL('decision.json', options.directory), jsonObjectSchema);
  return {
    definitions,
    ...(providerTools.length > 0 ? { providerTools } : {}),
    decisionJsonSchema,
    decisionSchema: fromJsonSchema(decisionJsonSchema) as z.ZodType<Decision>,
    tools,
    inputSchemas: new Map(definitions.map(({ name, input_schema }) => [name, fromJsonSchema(input_schema)])),
    ...(input ? { input } : {}),
    ...(userMessage ? { userMessage } : {}),
  };
}

/** An agent may have no tools, and git keeps no empty folder. */
function toolFiles(folder: URL): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new DocketError(
      `${fileURLToPath(folder)}: cannot be read (${(cause as NodeJS.ErrnoException).code}). Expected a folder of JSON files.`,
      { cause },
    );
  }
}

function isProviderTool(definition: ToolDefinition | ProviderTool): definition is ProviderTool {
  return 'type' in definition;
}

function readDefinition(file: URL): ToolDefinition | ProviderTool {
  const value = readJson(file, z.looseObject({}));
  const definition = checked<ToolDefinition | ProviderTool>(
    file,
    'type' in value && value.type !== 'custom' ? providerToolSchema : (toolDefinitionSchema as z.ZodType<ToolDefinition>),
    value,
  );
  if (!file.pathname.endsWith(`/${definition.name}.json`)) {
    throw new DocketError(`${fileURLToPath(file)}: the file defines the tool "${definition.name}". Name the file ${definition.name}.json.`);
  }
  return definition;
}

function readJson<T>(file: URL, schema: z.ZodType<T>): T {
  const path = fileURLToPath(file);
  const read = readCheckoutFile(path, repositoryAround(dirname(path)));
  if ('fault' in read) throw new DocketError(`${path}: ${read.fault}.`);
  let value: unknown;
  try {
    value = JSON.parse(read.text);
  } catch (cause) {
    throw new DocketError(`${path}: cannot be read as JSON (${(cause as Error).message}).`, { cause });
  }
  return checked(file, schema, value);
}

function checked<T>(file: URL, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new DocketError(`${fileURLToPath(file)}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
