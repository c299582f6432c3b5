import { readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { jsonSchemaOf, zodOf } from '../../agent/own-schema.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { fromJsonSchema } from '../../contracts/from-json-schema.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { isObject } from '../../suites/json-values.ts';
import { importProjectExports } from '../import-project-module.ts';
import type { Shape, ShapeSchema } from './answers.ts';
import { defaultShape } from './default-shape.ts';
import { inferSchema } from './infer-schema.ts';
import { examplesInSuite, examplesInTraces } from './read-examples.ts';

/** Where the shape of input and decision comes from; paths are relative to the folder. */
export interface ShapeSources {
  /** `input.schema.json`, or `src/shapes.ts#Claim` for a zod schema. */
  readonly input?: string;
  readonly decision?: string;
  /** Rows with an input and a decision, in any format that `docket cases import` reads. */
  readonly examples?: string;
  /** Columns of a table of examples that are the decision's fields. */
  readonly decides?: readonly string[];
  readonly traces?: string;
}

/**
 * What the agent takes and answers: schemas that are given, else what the examples or traces have in common, else a small shape to begin with.
 * @throws {DocketError} for a file that cannot be used, or examples that do not fit the schema beside them
 */
export async function settleShape(directory: string, sources: ShapeSources): Promise<Shape> {
  const examples = [
    ...(sources.examples === undefined
      ? []
      : await examplesInSuite(resolve(directory, sources.examples), directory, sources.decides ?? [])),
    ...(sources.traces === undefined ? [] : await examplesInTraces(resolve(directory, sources.traces), sources.traces)),
  ];
  const given = {
    input: sources.input === undefined ? undefined : await readSchema(sources.input, directory, '--input'),
    decision: sources.decision === undefined ? undefined : await readSchema(sources.decision, directory, '--decision'),
  };
  if (examples.length === 0 && !given.input && !given.decision) return defaultShape;
  const inputs = examples.map(({ input }) => input);
  const decisions = examples.flatMap(({ decision }) => (decision ? [decision] : []));
  const shape = {
    input: given.input ?? inferred(inputs, 'input', '--input'),
    decision: given.decision ?? inferred(decisions, 'decision', '--decision'),
    examples,
  };
  for (const { input, decision, from } of examples) {
    checkFits(shape.input, input, `${from}: its input`);
    if (decision) checkFits(shape.decision, decision, `${from}: its decision`);
  }
  return shape;
}

function inferred(values: readonly JsonObject[], what: string, flag: string): ShapeSchema {
  if (values.length > 0) return { schema: inferSchema(values) };
  throw new DocketError(
    `Nothing says what the ${what} looks like. Give ${flag} a JSON Schema or a zod schema, or --examples whose rows have one, as {"input": {…}, "decision": {…}} on each line.`,
  );
}

/** @throws {DocketError} when there is no object schema */
async function readSchema(reference: string, directory: string, flag: string): Promise<ShapeSchema> {
  const [path = '', name] = reference.split('#');
  const file = resolve(directory, path);
  const isModule = /\.[cm]?[jt]sx?$/.test(path);
  if (!isModule) return { schema: objectSchema(readJson(file, flag), reference, flag) };
  if (name === undefined || name === '')
    throw new DocketError(`${flag} ${reference}: which of its exports is the schema? Expected ${path}#name.`);
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await importProjectExports(file);
  } catch (cause) {
    throw new DocketError(`${flag} ${reference}: the module does not load: ${(cause as Error).message}`, { cause });
  }
  const schema = exported[name];
  if (typeof (schema as { safeParse?: unknown } | undefined)?.safeParse !== 'function')
    throw new DocketError(
      `${flag} ${reference}: the module exports no zod schema "${name}". It exports ${Object.keys(exported).join(', ') || 'nothing'}.`,
    );
  const way = relative(directory, file).split(sep).join('/');
  return { schema: objectSchema(jsonSchemaOf(schema as never, 'input'), reference, flag), module: { file: way, name } };
}

function readJson(file: string, flag: string): JsonValue {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JsonValue;
  } catch (cause) {
    throw new DocketError(`${flag} ${file}: cannot be read as JSON (${(cause as Error).message}). Expected a JSON Schema.`, { cause });
  }
}

function objectSchema(value: JsonValue, reference: string, flag: string): JsonObject {
  const { $schema: _, ...schema } = isObject(value) ? value : {};
  const isSchema = isObject(value) && ['type', 'properties', 'anyOf', 'oneOf', 'allOf', '$ref'].some((word) => Object.hasOwn(value, word));
  if (!isSchema)
    throw new DocketError(`${flag} ${reference}: this is no JSON Schema of an object. Expected {"type": "object", "properties": …}.`);
  zodOf(schema, `${flag} ${reference}`);
  return schema;
}

/** @throws {DocketError} naming the first fault */
function checkFits({ schema }: ShapeSchema, value: JsonObject, what: string): void {
  const read = fromJsonSchema(schema).safeParse(value);
  const [issue] = read.error?.issues ?? [];
  if (issue) throw new DocketError(`${what} does not fit its schema: ${issue.path.join('.') || 'the whole'}: ${issue.message}.`);
}
