import { unnamedModel } from '../contracts/answered-by.ts';
import type { OwnKind } from '../contracts/described-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Scorer } from '../contracts/scorer.ts';
import type { Served } from '../contracts/served.ts';
import type { VersionDefinition } from '../contracts/version.ts';
import { checkScorers } from './check-scorers.ts';
import type { Agent, CommandLineInput, DomainKnowledge } from './define-agent.ts';
import { type Answering, runOwn } from './own-run.ts';
import { jsonSchemaOf, type OwnSchema, zodOf } from './own-schema.ts';
import type { ToolVariant } from './tool-variant.ts';
import type { Version } from './version.ts';
import { checkedFactors, type VersionFactors } from './version-factors.ts';

/** What a version of an agent that answers by itself names: all of it is told to the agent, and all of it is part of the version's fingerprint. */
export interface OwnVersion {
  /** Instructions, when the agent takes some from here; part `prompt` of the fingerprint. */
  readonly prompt?: string;
  /** The model that the agent asks, for reports and prices. */
  readonly model?: string;
  /** Whatever else makes this version another one; part `settings` of the fingerprint. */
  readonly options?: JsonObject;
  /** Longest time for one trial, in milliseconds; two minutes when not given. */
  readonly deadlineMs?: number;
  /** What it is made of: `{ prompt: ['prompts/**'], tools: ['src/tools/**'], model: { environment: 'MODEL' } }`. */
  readonly factors?: VersionFactors;
}

/** What every agent that answers by itself declares, whatever runs it. */
export interface OwnAgentDefinition<Input extends object, Decision extends object> extends DomainKnowledge<Input> {
  readonly name: string;
  /** The input's schema, zod or JSON Schema. */
  readonly input: OwnSchema<Input>;
  /** The decision's schema, zod or JSON Schema. */
  readonly decision: OwnSchema<Decision>;
  /** One version `v1` that names nothing when not given. */
  readonly versions?: Readonly<Record<string, OwnVersion>>;
  /** The rules of the domain as code: the right decision for an input. */
  readonly policy?: (input: Input) => Partial<Decision>;
  readonly scorers: readonly Scorer[];
  /** `import.meta.url` of the file that makes the scorers. In a file of their own they can change without the agent, and the agent without them. */
  readonly scorersSource?: string;
  /** Files that the agent reads while it runs, as patterns relative to `docket.config.ts`. */
  readonly reads?: readonly string[];
  /**
   * What makes another checkout of it ready to run: `['uv', 'sync']`, `['npm', 'ci']`. The gate runs it in main's checkout, in the configuration's folder, once for
   * what the lockfiles say. This checkout is made ready by whoever runs Docket in it.
   */
  readonly setup?: readonly [program: string, ...words: string[]];
  readonly commandLine?: CommandLineInput;
}

/** How one kind of agent answers. */
export interface OwnAnswering {
  readonly kind: OwnKind;
  /** `import.meta.url` or file address of the code whose change makes it another agent, with everything that it imports. */
  readonly source: string;
  readonly answers: Answering;
  /** What else makes it another agent beside the code in `source`, in words that name it: the program and its arguments. */
  readonly how?: string;
  /** Further files that count as the agent's code, by what they are. */
  readonly sources?: Readonly<Record<string, string>>;
  /** True where nobody can say which installed packages of JavaScript it loads. */
  readonly anyPackage?: boolean;
  readonly served?: (version: Version) => Promise<Served | undefined>;
  /** Says what is missing before the first trial can run. @throws {DocketError} */
  readonly check?: () => void;
  readonly close?: () => Promise<void>;
}

/**
 * Makes an agent of what a kind of agents that answer by themselves has in common.
 * @throws {DocketError} when a version, a scorer or a schema cannot be used
 */
export function ownAgent<Input extends object, Decision extends object>(
  definition: OwnAgentDefinition<Input, Decision>,
  { kind, source, answers, how, sources = {}, anyPackage, served, check, close }: OwnAnswering,
): Agent {
  const { name, input, decision, versions = { v1: {} }, setup, ...rest } = definition;
  const at = `agent "${name}"`;
  if (setup !== undefined && !(Array.isArray(setup) && setup.length > 0 && setup.every((word) => typeof word === 'string' && word !== '')))
    throw new DocketError(`${at}: "setup" is no command. Expected the program and its arguments, each a text: ['uv', 'sync'].`);
  if (Object.keys(versions).length === 0) throw new DocketError(`${at}: has no versions. Add one to "versions", or leave it out.`);
  for (const version of Object.keys(versions)) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version))
      throw new DocketError(`${at}: the version name "${version}" may hold letters, digits, ".", "_" and "-" only.`);
  }
  const agent = {
    ...rest,
    name,
    input: zodOf(input as OwnSchema<never>, `${at}: "input"`),
    prompts: Object.fromEntries(Object.entries(versions).map(([key, { prompt = '' }]) => [key, prompt])),
    toolVariants: {
      [kind]: variantOf(decision as OwnSchema<never>, { [how === undefined ? 'run' : `run ${how}`]: source, ...sources }, at),
    },
    versions: Object.fromEntries(Object.entries(versions).map(([key, version]) => [key, definitionOf(key, kind, version, at)])),
    userMessage: { source, render: (given: JsonObject) => JSON.stringify(given) },
    own: {
      kind,
      ...(setup ? { setup } : {}),
      run: (version, given, context) => runOwn({ name, kind, answers, version, input: given, context }),
      ...(anyPackage ? { anyPackage } : {}),
      ...(served ? { served } : {}),
      ...(check ? { check } : {}),
      ...(close ? { close } : {}),
    } satisfies Agent['own'],
    docket: import.meta.url,
  } as unknown as Agent;
  checkScorers(agent);
  return agent;
}

function definitionOf(
  name: string,
  kind: OwnKind,
  { model = unnamedModel, options, deadlineMs, factors }: OwnVersion,
  at: string,
): VersionDefinition {
  const settings = { ...(options ? { options } : {}), ...(deadlineMs === undefined ? {} : { deadlineMs }) };
  const named = factors && checkedFactors(factors, `${at}, version "${name}"`);
  return { prompt: name, toolVariant: kind, model, settings, ...(named ? { factors: named } : {}) };
}

/** The code counts as tools of the version, none of which a model is told of. */
function variantOf(decision: OwnSchema<never>, sources: Readonly<Record<string, string>>, at: string): ToolVariant<JsonObject, JsonObject> {
  const run = () => {
    throw new Error('An agent that answers by itself has no tools that Docket runs.');
  };
  return {
    definitions: [],
    decisionSchema: zodOf(decision, `${at}: "decision"`),
    // Decisions are judged, and labels written, as they are once the schema has read them.
    decisionJsonSchema: jsonSchemaOf(decision, 'output'),
    tools: new Map(Object.entries(sources).map(([what, source]) => [what, { source, run }])),
    inputSchemas: new Map(),
  };
}
