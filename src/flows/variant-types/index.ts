import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import { isRunByCaller } from '../../agent/tool-variant.ts';
import { DocketError } from '../../contracts/docket-error.ts';

type Schema = Parameters<typeof compile>[0];

/** The types of one tool variant, and the file that they belong in. */
export interface VariantTypes {
  readonly file: string;
  readonly text: string;
}

/**
 * The types of tool variants: `Tools`, from each tool's name to the arguments it takes, and `Decision`. They belong beside the variant's folder.
 * @param folders variants, or folders of variants
 * @throws {DocketError} for a folder without a variant, or a file that is no JSON Schema
 */
export async function variantTypes(folders: readonly string[]): Promise<VariantTypes[]> {
  const variants = [...new Set(folders.flatMap(variantsIn))];
  return Promise.all(variants.map(async (folder) => ({ file: `${folder}.generated.ts`, text: await typesOf(folder) })));
}

/** Every tool variant below a project's folder; none of installed packages. */
export function variantsBelow(directory: string): string[] {
  return globSync('**/decision.json', {
    cwd: directory,
    exclude: (name) => ['node_modules', 'dist', '.git', '.docket'].includes(basename(name)),
  })
    .map((file) => resolve(directory, dirname(file)))
    .sort();
}

function variantsIn(folder: string): string[] {
  const isVariant = (path: string) => existsSync(join(path, 'decision.json'));
  if (isVariant(folder)) return [folder];
  const found = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(folder, name))
        .filter(isVariant)
    : [];
  if (found.length > 0) return found;
  throw new DocketError(
    `${folder} holds no tool variant. Expected a folder with decision.json and tools/*.json, or a folder of such folders.`,
  );
}

async function typesOf(folder: string): Promise<string> {
  const tools = join(folder, 'tools');
  const properties: Record<string, Schema> = {};
  for (const file of existsSync(tools) ? readdirSync(tools).sort() : []) {
    if (!file.endsWith('.json')) continue;
    const { name, type, input_schema } = readJson(join(tools, file)) as {
      readonly name?: unknown;
      readonly type?: unknown;
      readonly input_schema?: Schema;
    };
    if (typeof name === 'string' && typeof type === 'string' && type !== 'custom') {
      // What the provider runs itself has no implementation.
      if (isRunByCaller(type)) properties[name] = { tsType: 'Record<string, unknown>' };
      continue;
    }
    if (typeof name !== 'string' || typeof input_schema !== 'object')
      throw new DocketError(`${join(tools, file)}: is no tool. Expected {"name": …, "description": …, "input_schema": …}.`);
    properties[name] = withoutArguments(input_schema) ? { tsType: 'Record<string, never>' } : input_schema;
  }
  const allTools: Schema = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  const decision = join(folder, 'decision.json');
  return [
    '/* Generated from the JSON files of this tool variant by `docket generate`. Do not edit. */\n',
    await compiled({ ...allTools, description: 'What each tool takes, by its name.' }, 'Tools', tools),
    await compiled({ ...(readJson(decision) as Schema), description: 'What the agent answers.' }, 'Decision', decision),
  ].join('\n');
}

async function compiled(schema: Schema, name: string, file: string): Promise<string> {
  try {
    return await compile(schema, name, { bannerComment: '', style: { singleQuote: true, printWidth: 140 } });
  } catch (cause) {
    throw new DocketError(`${file}: cannot be turned into types: ${(cause as Error).message}`, { cause });
  }
}

/** `{}` as a type would take anything; a tool without arguments takes none. */
function withoutArguments(inputSchema: Schema): boolean {
  return inputSchema.additionalProperties === false && Object.keys(inputSchema.properties ?? {}).length === 0;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new DocketError(`${file}: cannot be read as JSON (${(cause as Error).message}).`, { cause });
  }
}
