import type { Arbitrary } from 'fast-check';
import type { z } from 'zod';
import type { Comparators } from '../contracts/comparator.ts';
import type { Harm } from '../contracts/decision-rules.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { InputFrom } from '../contracts/input-from.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { MonotoneDirection, RedactionRules } from '../contracts/redaction.ts';
import type { Relation } from '../contracts/relation.ts';
import type { Scorer } from '../contracts/scorer.ts';
import type { VersionDefinition } from '../contracts/version.ts';
import type { Simulator } from '../model/simulator.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { OwnAnswers } from './agent-run.ts';
import { checkScorers } from './check-scorers.ts';
import { checkSource } from './check-source.ts';
import type { ToolVariant } from './tool-variant.ts';
import type { UserMessage } from './user-message.ts';

/** How `docket decide` turns words on the command line into an input; without it the input is given as JSON. */
export interface CommandLineInput {
  /** Names of the positional words, in order, for the usage line. */
  readonly words: readonly string[];
  /** The raw input; the agent's input schema then checks it. */
  parse(words: readonly string[]): unknown;
}

/** What is known about the domain beside its policy; used where traces become cases and labels are audited. Field names are the input's. */
export interface DomainKnowledge<Input> {
  /** The policy's arithmetic for an input, in words; stands in labels and in the audit of labels. */
  readonly explain?: (input: Input) => string;
  /** The decision's field that says what was decided; where it is yes/no, `true` is an approval. Its only yes/no field when left out. */
  readonly approvalField?: string;
  /**
   * When two values of a decision field are the same, by field or path (`payout.amount`, `items.*.price`): `'set'`, `'money'`, `'date'`, `'ignore'`,
   * `{ tolerance }`, `{ oneOf }`, or a function. A case may say otherwise for itself, in its label's `compare`.
   */
  readonly compare?: Comparators;
  /** Wrong decisions that do harm, in critical cases above all; a wrong yes when left out, and every wrong decision that is no yes or no. */
  readonly harm?: readonly Harm[];
  /** Fields that push the decision one way while all else stays equal; a denial of what dominates an approval is a contradiction. */
  readonly monotone?: Readonly<Record<string, MonotoneDirection>>;
  /** Values at which a field's meaning changes: inputs on different sides are never near-duplicates. */
  readonly boundaries?: Readonly<Record<string, readonly number[]>>;
  /**
   * What must hold between the decisions on a case and on its twins, the same input told or changed another way: `invariance`, `monotone`, `straddle`,
   * `instructionResistance`, or one of your own. Checked where somebody asks for it, because each twin costs a trial.
   */
  readonly relations?: readonly Relation[];
  /** What becomes of fields when a production input is written into a case. */
  readonly redaction?: RedactionRules;
  /** How the input is read from a run that was recorded elsewhere, where it does not say so itself: see `InputFrom`. */
  readonly inputFrom?: InputFrom;
  /**
   * Inputs for `docket explore` and `docket mutate`, as fast-check makes them; made from the input schema when left out. What the schema does not
   * take is left out, and counted.
   */
  readonly arbitraryInput?: Arbitrary<Input>;
}

export interface AgentDefinition<Input extends object, Decision extends object> extends DomainKnowledge<Input> {
  readonly name: string;
  readonly input: z.ZodType<Input>;
  /** System prompts by name. */
  readonly prompts: Readonly<Record<string, string>>;
  readonly toolVariants: Readonly<Record<string, ToolVariant<Input, Decision>>>;
  readonly versions: Readonly<Record<string, VersionDefinition>>;
  readonly userMessage: UserMessage<Input>;
  /** The rules of the domain as code: the right decision for an input. */
  readonly policy?: (input: Input) => Partial<Decision>;
  readonly scorers: readonly Scorer[];
  /** `import.meta.url` of the file that makes the scorers: when it or what it imports changes, both sides of a gate are scored anew. */
  readonly scorersSource?: string;
  /**
   * Files that the agent reads while it runs, as patterns relative to `docket.config.ts` (`data/**`): their content is part of the fingerprint.
   * Files that are imported count by themselves.
   */
  readonly reads?: readonly string[];
  /** How the offline model behaves; without it the agent runs live or recorded only. */
  readonly simulator?: Simulator;
  readonly commandLine?: CommandLineInput;
}

/**
 * An agent: what it takes, how each of its versions runs, and how its decisions are judged.
 * The types of input and decision are erased here, because the framework treats every agent alike; schemas check the values.
 */
export interface Agent extends DomainKnowledge<JsonObject> {
  readonly name: string;
  readonly input: z.ZodType<JsonObject>;
  readonly prompts: Readonly<Record<string, string>>;
  readonly toolVariants: Readonly<Record<string, ToolVariant<JsonObject, JsonObject>>>;
  readonly versions: Readonly<Record<string, VersionDefinition>>;
  readonly userMessage: UserMessage<JsonObject>;
  readonly policy?: (input: JsonObject) => JsonObject;
  readonly scorers: readonly Scorer[];
  /** `import.meta.url` of the file that makes the scorers: when it or what it imports changes, both sides of a gate are scored anew. */
  readonly scorersSource?: string;
  readonly reads?: readonly string[];
  readonly simulator?: Simulator;
  readonly commandLine?: CommandLineInput;
  /** How it answers where that is not Docket's tool loop. Set by `functionAgent` and its like. */
  readonly own?: OwnAnswers;
  /** `import.meta.url` of the copy of Docket that defined the agent: the one that runs it. Set by `defineAgent`. */
  readonly docket?: string;
  /** Files that are no part of it, as the configuration says: patterns, and the folder of the cases. Set when the configuration is loaded. */
  readonly ignored?: { readonly ignore: readonly string[]; readonly cases: string };
  /** Folder of the configuration, which `reads` is relative to. Set when the configuration is loaded. */
  readonly root?: string;
}

/**
 * Declares an agent and checks that its parts fit together.
 * @throws {DocketError} when a version names a prompt or tool variant that does not exist, a prompt is empty, or a scorer cannot judge.
 */
export function defineAgent<Input extends object, Decision extends object>(definition: AgentDefinition<Input, Decision>): Agent {
  const at = `agent "${definition.name}"`;
  for (const [name, text] of Object.entries(definition.prompts)) {
    if (text.trim() === '') throw new DocketError(`${at}: the prompt "${name}" is empty.`);
  }
  const versions = Object.entries(definition.versions);
  if (versions.length === 0) throw new DocketError(`${at}: has no versions. Add one to "versions".`);
  for (const [name, version] of versions) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
      throw new DocketError(`${at}: the version name "${name}" may hold letters, digits, ".", "_" and "-" only.`);
    }
    requireMember(definition.prompts, version.prompt, `${at}, version "${name}": prompt`);
    requireMember(definition.toolVariants, version.toolVariant, `${at}, version "${name}": tool variant`);
  }
  checkSource(definition.userMessage?.source, `${at}, user message`);
  if (definition.simulator) checkSource(definition.simulator.source, `${at}, simulator`);
  const agent = definition as unknown as Agent;
  checkScorers(agent);
  return { ...agent, docket: import.meta.url };
}

function requireMember(record: object, key: string, what: string): void {
  if (!Object.hasOwn(record, key)) {
    throw new DocketError(`${what} "${key}" does not exist.${didYouMean(key, Object.keys(record))}`);
  }
}
