import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { compile } from 'json-schema-to-typescript';

type Schema = Parameters<typeof compile>[0];

const toolVariantsDirectory = new URL('tool-variants/', import.meta.url);

/**
 * The types of one tool variant as TypeScript source: `Tools`, from each tool's name to the arguments it takes, and `Decision`.
 * @param directory holds `tools/*.json` and `decision.json`; ends with a slash
 */
export async function generateTypes(directory: URL): Promise<string> {
  const properties: Record<string, Schema> = {};
  for (const file of readdirSync(new URL('tools/', directory)).sort()) {
    if (!file.endsWith('.json')) continue;
    const { name, input_schema } = readJson(new URL(`tools/${file}`, directory)) as { name: string; input_schema: Schema };
    properties[name] = withoutArguments(input_schema) ? { tsType: 'Record<string, never>' } : input_schema;
  }
  const tools: Schema = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  const options = { bannerComment: '', style: { singleQuote: true, printWidth: 140 } };
  return [
    '/* Generated from the JSON files of this tool variant by `npm run generate`. Do not edit. */\n',
    await compile({ ...tools, description: 'What each tool takes, by its name.' }, 'Tools', options),
    await compile(
      { ...(readJson(new URL('decision.json', directory)) as Schema), description: 'What the agent answers.' },
      'Decision',
      options,
    ),
  ].join('\n');
}

/** The types of every tool variant below `directory`, with the file each belongs in. */
export async function generateAll(directory = toolVariantsDirectory): Promise<readonly { readonly file: URL; readonly text: string }[]> {
  const variants = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Promise.all(
    variants.map(async ({ name }) => ({
      file: new URL(`${name}.generated.ts`, directory),
      text: await generateTypes(new URL(`${name}/`, directory)),
    })),
  );
}

/** `{}` as a type would take anything; a tool without arguments takes none. */
function withoutArguments(inputSchema: Schema): boolean {
  return inputSchema.additionalProperties === false && Object.keys(inputSchema.properties ?? {}).length === 0;
}

function readJson(file: URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const directory = process.argv[2] === undefined ? toolVariantsDirectory : pathToFileURL(`${process.argv[2]}/`);
  for (const { file, text } of await generateAll(directory)) writeFileSync(file, text);
}
