import type { Mutator } from '../../agent/mutator.ts';
import { named, type PromptRule, rulesIn } from './rules.ts';

/** A prompt that says something else, and what is other about it. */
export interface ChangedPrompt {
  readonly what: string;
  readonly text: string;
}

/** A mutator of prompts; a change that leaves the prompt as it is has no place in it. */
export function promptMutator(name: string, source: string, change: (prompt: string) => readonly ChangedPrompt[]): Mutator {
  return {
    name,
    family: 'prompt',
    source,
    plant: ({ version }) =>
      change(version.prompt.text)
        .filter(({ text }) => text !== version.prompt.text)
        .map(({ what, text }) => ({ what, version: { ...version, prompt: { name: version.prompt.name, text } } })),
  };
}

/** One that does the same to each rule in turn. */
export function ruleMutator(name: string, source: string, change: (prompt: string, rule: PromptRule) => string): Mutator {
  return promptMutator(name, source, (prompt) =>
    rulesIn(prompt).map((rule, index) => ({ what: `rule ${index + 1}, ${named(rule)}`, text: change(prompt, rule) })),
  );
}
