import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import type { Version } from '../../agent/version.ts';
import { harmOf } from '../../contracts/decision-rules.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { DeclaredAgent } from '../../improvement/declared-agent.ts';
import type { SourcePlaces } from './source-places.ts';

/** A version as far as it is declared; without its tools' code where that runs elsewhere. */
export interface DeclaringVersion extends Pick<Version, 'name' | 'prompt'> {
  readonly toolVariant: {
    readonly name: string;
    readonly definitions: readonly { readonly name: string; readonly description: string }[];
    readonly decisionJsonSchema: JsonObject;
    readonly tools?: ReadonlyMap<string, { readonly source: string }>;
  };
}

/** What an agent says of itself in one version, with where it says so. Of its code only policy and explanation are run. */
export function declareAgent(agent: Agent, version: DeclaringVersion, places?: SourcePlaces): DeclaredAgent {
  const rules = rulesOf(agent);
  const { definitions, decisionJsonSchema, tools } = version.toolVariant;
  const { policy, explain } = agent;
  const variant = version.toolVariant.name;
  return {
    name: agent.name,
    version: version.name,
    prompt: { ...version.prompt, ...placed('place', places?.prompt(version.prompt)) },
    ...(places ? { promptLine: (line: number) => places.promptLine(version.prompt, line) } : {}),
    tools: definitions.map(({ name, description }) => ({
      name,
      description,
      ...placed('place', places?.tool(name, tools?.get(name)?.source)),
      ...placed('described', places?.text(description, variant)),
    })),
    fields: leavesOf(decisionJsonSchema).map(({ path, schema }) => ({
      name: path,
      type: typeOf(schema),
      description: typeof schema.description === 'string' ? schema.description : '',
      ...placed('place', places?.field(path.split('.').at(-1) ?? path, decisionJsonSchema, variant)),
    })),
    approvalField: rules.approvalField,
    isHarm: (expected, decided) => {
      const weight = harmOf(rules, expected as JsonValue, decided as JsonValue);
      if (weight !== undefined) return weight > 0;
      return typeof decided === 'boolean' ? decided && expected === false : true;
    },
    policy: (input) => withoutFailure(() => policy?.(input)),
    hasPolicy: policy !== undefined,
    explain: (input) => withoutFailure(() => explain?.(input)) ?? '',
  };
}

/** Production sends what no suite ever did: a policy that breaks on it says nothing of the run. */
function withoutFailure<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function placed<Name extends string, Place>(name: Name, place: Place | undefined): { readonly [Key in Name]?: Place } {
  return (place === undefined ? {} : { [name]: place }) as { readonly [Key in Name]?: Place };
}

/** Fields of the decision, those within fields by their path. */
function leavesOf(schema: JsonObject, path = '', depth = 0): { readonly path: string; readonly schema: JsonObject }[] {
  return [...decisionFieldsOf(schema)].flatMap(([name, [first = {}]]) => {
    const full = path === '' ? name : `${path}.${name}`;
    const inner = depth < 4 ? leavesOf(first, full, depth + 1) : [];
    return inner.length > 0 ? inner : [{ path: full, schema: first }];
  });
}

function typeOf({ type, enum: values }: JsonObject): string {
  if (Array.isArray(type)) return String(type.find((each) => each !== 'null') ?? 'any');
  return typeof type === 'string' ? type : Array.isArray(values) ? 'string' : 'any';
}
