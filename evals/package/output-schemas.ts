import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CallExpression, type Node, SyntaxKind } from 'typescript/unstable/ast';
import { API, type Symbol as CheckedSymbol, type Checker, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync';

import { toldOnce } from './told-once.ts';

type Schema = Readonly<Record<string, unknown>>;

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = new URL('../../src/cli/json-output.schema.json', import.meta.url);

/** Anything that JSON can hold: types of this name lead back to themselves. */
const anyJson: Readonly<Record<string, Schema>> = { JsonValue: {}, JsonObject: { type: 'object' }, JsonArray: { type: 'array' } };

/** The JSON schemas of what commands print with `--json`, made of the types of what they print. */
class OutputSchemas {
  readonly #checker: Checker;
  readonly #path: Type[] = [];
  readonly #names = new Map<Type, string>();
  /** Types that have a name. */
  readonly definitions = new Map<string, Schema>();

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** One for each `kind` that a value of the type may be. */
  *ofKinds(type: Type): Generator<[kind: string, schema: Schema]> {
    for (const part of partsOf(type)) {
      const kind = this.#checker.getPropertyOfType(part, 'kind');
      const kindType = kind && this.#checker.getTypeOfSymbol(kind);
      if (kindType?.isStringLiteralType()) yield [kindType.value, withVersion(this.#object([part]))];
    }
  }

  #schema(type: Type): Schema {
    const named = anyJson[type.getAliasSymbol()?.name ?? ''];
    if (named) return named;
    const parts = partsOf(type).filter(({ flags }) => (flags & (TypeFlags.Undefined | TypeFlags.Void)) === 0);
    const literals = parts.flatMap((part) => literalOf(part));
    const objects = parts.filter((part) => isObject(part) && !this.#checker.isArrayLikeType(part));
    const others = parts.filter((part) => literalOf(part).length === 0 && !objects.includes(part));
    const schemas = [
      ...(literals.length > 0 ? [literalSchema(literals)] : []),
      ...unique(others.map((part) => this.#single(part))),
      ...(objects.length > 0 ? this.#objects(objects) : []),
    ];
    if (schemas.some((schema) => Object.keys(schema).length === 0)) return {};
    return schemas.length === 1 ? (schemas[0] ?? {}) : { anyOf: schemas };
  }

  #single(type: Type): Schema {
    const { flags } = type;
    if (flags & (TypeFlags.String | TypeFlags.TemplateLiteral)) return { type: 'string' };
    if (flags & TypeFlags.Number) return { type: 'number' };
    if (flags & TypeFlags.Boolean) return { type: 'boolean' };
    if (flags & TypeFlags.NonPrimitive) return { type: 'object' };
    if (flags & TypeFlags.Null) return { type: 'null' };
    if (flags & (TypeFlags.Any | TypeFlags.Unknown)) return {};
    if (this.#checker.isTupleType(type)) {
      const items = this.#checker.getTypeArguments(type as never).map((each) => this.#schema(each));
      return { type: 'array', prefixItems: items };
    }
    if (this.#checker.isArrayLikeType(type)) {
      const [item] = this.#checker.getTypeArguments(type as never);
      return { type: 'array', items: item ? this.#schema(item) : {} };
    }
    throw new Error(`No schema for ${this.#checker.typeToString(type)}`);
  }

  /** Objects that a field with different words tells apart stay apart; others are one with more that may be left out. */
  #objects(types: readonly Type[]): Schema[] {
    const [first] = types;
    const telling = first && this.#checker.getPropertiesOfType(first).find(({ name }) => this.#tellsApart(types, name))?.name;
    if (types.length === 1 || telling === undefined) return [this.#once(types)];
    const groups = Map.groupBy(types, (type) => this.#literalIn(type, telling));
    return [...groups.values()].map((group) => this.#once(group));
  }

  #tellsApart(types: readonly Type[], name: string): boolean {
    const values = types.map((type) => this.#literalIn(type, name));
    return !values.includes(undefined) && new Set(values).size > 1;
  }

  #literalIn(type: Type, name: string): unknown {
    const property = this.#checker.getPropertyOfType(type, name);
    const [only, more] = property ? partsOf(this.#checker.getTypeOfSymbol(property) as Type) : [];
    return only && more === undefined && only.isStringLiteralType() ? only.value : undefined;
  }

  /** A type that has a name is told once, under that name, and so is what leads back to itself. */
  #once(types: readonly Type[]): Schema {
    const [type, more] = types;
    const name = (type?.getAliasSymbol() ?? type?.getSymbol())?.name ?? '';
    if (type && !more && /^[A-Z]\w+$/.test(name)) return { $ref: `#/$defs/${this.#defined(type, name)}` };
    if (types.some((each) => this.#path.includes(each))) return {};
    this.#path.push(...types);
    try {
      return this.#object(types);
    } finally {
      this.#path.splice(-types.length);
    }
  }

  /** Puts a type into the definitions, under its name or one like it, and says which. */
  #defined(type: Type, wanted: string): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const taken = new Set(this.#names.values());
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}${number}`;
    this.#names.set(type, name);
    this.definitions.set(name, this.#object([type]));
    return name;
  }

  #object(types: readonly Type[]): Schema {
    const found = new Map<string, { readonly symbol: CheckedSymbol; readonly types: Type[]; isOptional: boolean }>();
    const properties = types.map((type) => new Map(this.#checker.getPropertiesOfType(type).map((symbol) => [symbol.name, symbol])));
    const names = new Set(properties.flatMap((each) => [...each.keys()]));
    // First what tells what it is.
    for (const name of [...['kind', 'schemaVersion'].filter((each) => names.delete(each)), ...names]) {
      const symbols = properties.flatMap((each) => each.get(name) ?? []);
      const [symbol] = symbols;
      if (!symbol || symbol.flags & SymbolFlags.Method) continue;
      const own = symbols.flatMap((each) => this.#checker.getTypeOfSymbol(each) ?? []);
      const isOptional = symbols.length < types.length || symbols.some(({ flags }) => flags & SymbolFlags.Optional);
      if (own.every((each) => (each.flags & TypeFlags.Undefined) !== 0)) continue;
      const isUndefined = own.some((each) => partsOf(each).some(({ flags }) => flags & TypeFlags.Undefined));
      found.set(name, { symbol, types: own, isOptional: Boolean(isOptional) || isUndefined });
    }
    const indexed = types.flatMap((type) => this.#checker.getIndexInfosOfType(type).map(({ valueType }) => this.#schema(valueType)));
    const described = [...found].map(([name, { symbol, types: own }]) => {
      const schemas = unique(own.map((each) => this.#schema(each)));
      const schema = schemas.length === 1 ? (schemas[0] ?? {}) : { anyOf: schemas };
      const description = this.#checker.getDocumentationCommentOfSymbol(symbol).replace(/\s+/g, ' ').trim();
      return [name, description === '' ? schema : { description, ...schema }] as const;
    });
    const required = [...found].flatMap(([name, { isOptional }]) => (isOptional ? [] : [name]));
    return {
      type: 'object',
      ...(described.length > 0 ? { properties: Object.fromEntries(described) } : {}),
      ...(required.length > 0 ? { required } : {}),
      ...(indexed.length > 0 ? { additionalProperties: indexed[0] } : {}),
    };
  }
}

/** What `printJson` adds where a value does not say it. */
function withVersion({ properties, required = [], ...schema }: Schema): Schema {
  const { kind, schemaVersion = { const: 1 }, ...others } = properties as Readonly<Record<string, Schema>>;
  return {
    ...schema,
    properties: { kind, schemaVersion, ...others },
    required: [...new Set(['kind', 'schemaVersion', ...(required as string[])])],
  };
}

function partsOf(type: Type): readonly Type[] {
  return type.isUnionType() ? (type.getTypes() ?? []).flatMap(partsOf) : [type];
}

function isObject(type: Type): boolean {
  return (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) !== 0;
}

function literalOf(type: Type): (string | number | boolean)[] {
  if ((type.flags & (TypeFlags.StringLiteral | TypeFlags.NumberLiteral | TypeFlags.BooleanLiteral)) === 0) return [];
  return 'value' in type ? [type.value as string | number | boolean] : [];
}

function literalSchema(values: readonly (string | number | boolean)[]): Schema {
  if (values.includes(true) && values.includes(false)) {
    const rest = values.filter((value) => typeof value !== 'boolean');
    return rest.length === 0 ? { type: 'boolean' } : { anyOf: [{ type: 'boolean' }, literalSchema(rest)] };
  }
  return values.length === 1 ? { const: values[0] } : { enum: [...values] };
}

function oneOf(schemas: readonly Schema[]): Schema {
  const all = unique(schemas);
  return all.length === 1 ? (all[0] ?? {}) : { anyOf: all };
}

function unique(schemas: readonly Schema[]): Schema[] {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}

/** The calls of `printJson` in a file. */
function printedIn(node: Node): CallExpression[] {
  const found: CallExpression[] = [];
  const visit = (each: Node): undefined => {
    if (each.kind === SyntaxKind.CallExpression && (each as CallExpression).expression.getText() === 'printJson')
      found.push(each as CallExpression);
    each.forEachChild(visit);
  };
  visit(node);
  return found;
}

/** Text of `json-output.schema.json`. */
export function outputSchemas(): string {
  const api = new API({ cwd: root });
  try {
    const snapshot = api.updateSnapshot({ openProjects: [`${root}/tsconfig.json`] });
    const project = snapshot.getProject(`${root}/tsconfig.json`);
    if (!project) throw new Error('tsconfig.json could not be opened');
    const { program, checker } = project;
    const schemas = new OutputSchemas(checker);
    const kinds = new Map<string, Schema[]>();
    const files = program.getSourceFileNames().filter((name) => relative(root, name).startsWith('src/cli/') && !name.endsWith('.test.ts'));
    for (const name of files) {
      const source = program.getSourceFile(name);
      if (!source || !/\bprintJson\(/.test(readFileSync(name, 'utf8'))) continue;
      for (const call of printedIn(source)) {
        const [value] = call.arguments;
        const type = value && checker.getTypeAtLocation(value);
        for (const [kind, schema] of type ? schemas.ofKinds(type) : []) kinds.set(kind, [...(kinds.get(kind) ?? []), schema]);
      }
    }
    const sorted = [...kinds].sort(([one], [other]) => (one < other ? -1 : 1));
    return `${JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'What commands of Docket print with --json',
      anyOf: sorted.map(([kind]) => ({ $ref: `#/$defs/${kind}` })),
      $defs: Object.fromEntries(
        toldOnce(new Map([...sorted.map(([kind, found]) => [kind, oneOf(found)] as const), ...schemas.definitions])),
      ),
    })}\n`;
  } finally {
    api.close();
  }
}

if (import.meta.main) writeFileSync(target, outputSchemas());
