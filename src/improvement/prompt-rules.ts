import type { DeclaredAgent, DeclaredField, DeclaredTool } from './declared-agent.ts';
import { within, wordsOf } from './labelled-figures.ts';

/** What a rule of a prompt is about, as far as a run can be held against it. */
export interface RuleTopics {
  /** Tools that have to be called. */
  readonly calls: readonly string[];
  /** Fields of the decision that it speaks of, each with the tools that it is to be taken from. */
  readonly fields: readonly { readonly field: string; readonly tools: readonly string[] }[];
  /** When to decide which way. */
  readonly verdict: boolean;
  /** That the words agree with the decision. */
  readonly agreement: boolean;
  /** That nothing else decides. */
  readonly noOther: boolean;
}

/** A rule of a prompt: a line of a list, or a sentence. */
export interface PromptRule {
  readonly text: string;
  /** Line of the prompt, from 1. */
  readonly line: number;
  readonly topics: RuleTopics;
}

/** Words of a decision, whatever is decided: what says yes, and what says no. */
export const yesWords = /\b(?:approv\w*|accept(?:s|ed|ing)?|grant(?:s|ed|ing)?|pay out|allow(?:s|ed)?)\b/i;
export const noWords =
  /\b(?:den(?:y|ies|ied|ying|ial)|declin(?:e|es|ed|ing)|reject(?:s|ed|ing|ion)?|refus(?:e|es|ed|al)|disallow(?:s|ed)?)\b/i;

const callWords = /\b(?:call|use|look up|consult|run|invoke|query|check)\b/i;
const allTools = /\b(?:all|every|each|both)\b[^.;]{0,20}\btools?\b/i;
const agreement =
  /\b(?:reason(?:s|ing)?|rationale|explanation|justification)\b[^.]*\b(?:agree|consistent|match|contradict|in line)|\b(?:agree|consistent|match)\b[^.]*\b(?:reason(?:s|ing)?|rationale|explanation)\b/i;
const noOther =
  /\b(?:invent|make up|made[- ]up)\b|\bno (?:other|further|additional) (?:rules?|criteria|conditions?)\b|\b(?:these|this|the above|listed|written) (?:rules?|policy) (?:alone|only)\b|\bby these rules alone\b|\bonly (?:by )?(?:these|the) rules\b/i;

/** The rules of a prompt, in order. */
export function promptRules({
  prompt,
  tools,
  fields,
  approvalField,
}: Pick<DeclaredAgent, 'prompt' | 'tools' | 'fields' | 'approvalField'>): PromptRule[] {
  return prompt.text.split('\n').flatMap((line, index) => {
    const listed = /^\s*(?:\d+[.)]|[-*+])\s+(.*)$/.exec(line)?.[1];
    const pieces = listed === undefined ? line.split(/(?<=[.!?])\s+/) : [listed];
    return pieces
      .map((piece) => piece.trim())
      .filter((piece) => piece !== '' && !/^#|:$/.test(piece))
      .map((text) => ({ text, line: index + 1, topics: topicsOf(text, tools, fields, approvalField) }));
  });
}

function topicsOf(
  text: string,
  tools: readonly DeclaredTool[],
  fields: readonly DeclaredField[],
  approvalField: string | undefined,
): RuleTopics {
  const namedTools = tools.filter(({ name }) => isNamed(text, name)).map(({ name }) => name);
  const namedFields = fields.filter(({ name }) => name !== approvalField && mentionsField(text, name));
  const demandsCalls = callWords.test(text) && namedFields.length === 0;
  return {
    calls: demandsCalls ? (allTools.test(text) ? tools.map(({ name }) => name) : namedTools) : [],
    fields: namedFields.map(({ name }) => ({ field: name, tools: namedTools })),
    verdict: yesWords.test(text) || noWords.test(text) || (approvalField !== undefined && isNamed(text, approvalField)),
    agreement: agreement.test(text),
    noOther: noOther.test(text),
  };
}

/** By its name as it is, or by its words beside each other: `max_loan`, `the maximum loan`; and not the maximum DTI of a loan. */
function mentionsField(text: string, name: string): boolean {
  if (isNamed(text, name)) return true;
  const words = wordsOf(name);
  if (words.length < 2) return false;
  return text.split(/[,;:]/).some((clause) => {
    const said = wordsOf(clause);
    return said.some((_, at) => within(words, said.slice(at, at + words.length)));
  });
}

function isNamed(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w])`).test(text);
}
