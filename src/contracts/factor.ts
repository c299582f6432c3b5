/**
 * The named parts of which a version's fingerprint is made: whatever can change an answer belongs to exactly one of them. Each with the words
 * that name it in a sentence.
 */
export const factors = {
  prompt: 'the prompt',
  userMessage: 'the user message',
  tools: 'the tools',
  decisionSchema: 'the decision schema',
  inputSchema: 'the input schema',
  model: 'the model',
  settings: 'the settings',
  reads: 'the files read at run time',
  mode: 'the mode',
  endpoint: 'the model server',
  simulator: 'the simulated model',
  runner: "Docket's own tool loop",
} as const satisfies Readonly<Record<string, string>>;

export type Factor = keyof typeof factors;

/** All of them, in the order in which they are shown. */
export const factorNames = Object.keys(factors) as Factor[];

/** Names of factors to which a version of an agent that answers by itself may add files and variables; any other name is a factor of its own. */
export const namedFactors: readonly Factor[] = ['prompt', 'tools', 'model', 'settings'];

/** What a version says of one of its factors. */
export interface FactorFiles {
  /** Patterns of files, relative to `docket.config.ts`. */
  readonly files: readonly string[];
  /** Names of environment variables. */
  readonly environment: readonly string[];
}
