import type { JsonObject } from '../../contracts/json.ts';

/** Kinds of agents that a project can begin with, as people choose them. */
export const agentKinds = {
  function: 'an async function in TypeScript or JavaScript',
  command: 'a program in any language, started with a command',
  http: 'a service with an HTTP endpoint',
  messages: "a prompt and tools for Anthropic's Messages API",
  promptfoo: 'a prompt and any provider that promptfoo knows',
} as const;

export type AgentKind = keyof typeof agentKinds;

export const agentKindNames = Object.keys(agentKinds) as readonly AgentKind[];

/** A schema and where the project has it: written by us as JSON Schema, or a zod schema in a module of the project's own. */
export interface ShapeSchema {
  readonly schema: JsonObject;
  readonly module?: { readonly file: string; readonly name: string };
}

/** A run that is known beforehand: what it got and, where somebody said so, what is right. */
export interface Example {
  readonly input: JsonObject;
  readonly decision?: JsonObject;
  /** Where it stands: `examples.jsonl, line 3`. */
  readonly from: string;
  /** The row of a suite that it is; without one it is a recorded run: what that decided is no label, and its input may hold personal data. */
  readonly row?: { readonly format: string; readonly file: string; readonly line: number; readonly id?: string; readonly title?: string };
}

/** What the agent takes and answers. */
export interface Shape {
  readonly input: ShapeSchema;
  readonly decision: ShapeSchema;
  readonly examples: readonly Example[];
}

/** What a person said, or flags did. */
export interface InitAnswers {
  /** Small letters, digits and dashes. */
  readonly name: string;
  readonly kind: AgentKind;
  /** What there is already: `src/agent.ts#decide`, a command, an address or a provider's id. A starter is written where it is not given. */
  readonly existing?: string;
  /** Who vouches for the examples' decisions, by name. */
  readonly reviewer?: string;
  /** How many machines share the rounds of a gate in CI; one runs all of them where it is not given. */
  readonly shards?: number;
}
