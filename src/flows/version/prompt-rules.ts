import { DocketError } from '../../contracts/docket-error.ts';
import { placeholder } from '../../contracts/placeholder.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { VersionEdit } from './version-change.ts';

type PromptEdit = Extract<VersionEdit, { kind: 'prompt' | 'rule' | 'wording' }>;

/**
 * A prompt with one change made. A rule is a line of its own, in a list that the prompt ends with or that begins with it.
 * @throws {DocketError} where a rule that is to be exchanged is not there
 */
export function editedPrompt(prompt: string, id: string, edit: PromptEdit): string {
  switch (edit.kind) {
    case 'prompt':
      return edit.text;
    case 'wording':
      return withRule(prompt, placeholder(id, plainLine(edit.note)));
    case 'rule': {
      if (edit.before.trim() === '') return withRule(prompt, edit.text);
      const at = prompt.indexOf(edit.before);
      if (at === -1)
        throw new DocketError(
          `${id} exchanges a rule that the prompt does not have: "${plainLine(edit.before)}". The prompt is another one than the plan was made for; write the plan anew: docket improve.`,
        );
      return `${prompt.slice(0, at)}${edit.text}${prompt.slice(at + edit.before.length)}`;
    }
  }
}

function withRule(prompt: string, rule: string): string {
  const text = prompt.trimEnd();
  const last = text.slice(text.lastIndexOf('\n') + 1);
  const [, indent = '', number, dot = '.'] = /^(\s*)(\d+)([.)])\s/.exec(last) ?? [];
  if (number !== undefined) return `${text}\n${indent}${Number(number) + 1}${dot} ${rule}`;
  const [, bullet] = /^(\s*[-*•]\s+)/.exec(last) ?? [];
  if (bullet !== undefined) return `${text}\n${bullet}${rule}`;
  return `${text}\n\n1. ${rule}`;
}
