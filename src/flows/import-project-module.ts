import { pathToFileURL } from 'node:url';

/** What Node.js says of a module before it runs any of it, where tsx may still load it: https://nodejs.org/api/errors.html. */
const beyondNode = new Set([
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_IMPORT_ATTRIBUTE_MISSING',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_AMBIGUOUS_MODULE_SYNTAX',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
]);

let withTsx: Promise<void> | undefined;

/**
 * Imports a project's own module, whatever TypeScript it is written in. Node.js takes away types itself and is faster; what it cannot do
 * (enums, parameter properties, `.js` for `.ts`, `paths` of a tsconfig, `.tsx`, JSON without an attribute, folders, CommonJS) tsx does, from
 * then on for every module of this process.
 * @returns its default export
 * @throws what the module itself throws, or what tsx says of it, with file and line
 */
export async function importProjectModule(file: string): Promise<unknown> {
  return defaultOf(await importProjectExports(file));
}

/** The same with everything that the module exports, by name. */
export async function importProjectExports(file: string): Promise<Readonly<Record<string, unknown>>> {
  const address = pathToFileURL(file).href;
  try {
    return await import(address);
  } catch (error) {
    if (!isBeyondNode(error)) throw error;
    withTsx ??= startTsx();
    await withTsx;
    // Under a name of its own, because Node.js remembers that the other one failed.
    return await import(`${address}?tsx`);
  }
}

function isBeyondNode(error: unknown): boolean {
  return error instanceof SyntaxError || beyondNode.has((error as NodeJS.ErrnoException).code ?? '');
}

async function startTsx(): Promise<void> {
  const [modules, commonJs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')]);
  modules.register();
  commonJs.register();
}

/** A CommonJS module that was written as an ES module keeps its exports below its default one. */
function defaultOf(module: { readonly default?: unknown }): unknown {
  const { default: exported } = module;
  const isWrapped = typeof exported === 'object' && exported !== null && 'module.exports' in module && 'default' in exported;
  return isWrapped ? exported.default : exported;
}
