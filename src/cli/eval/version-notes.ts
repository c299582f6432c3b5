import { remarkOn } from '../../contracts/answered-by.ts';
import type { Evaluation, VersionResult } from '../../contracts/evaluation.ts';
import type { VersionIdentity } from '../../contracts/version.ts';
import { counted } from '../../text/figures.ts';

/** What a person should know about a version's name that does not say it by itself: `v1/v2`, `v2@model`. */
export function versionNote({ name, model }: VersionIdentity): string | undefined {
  const [parts = '', onModel] = name.split('@');
  const [prompt, tools] = parts.split('/');
  const mixed = tools === undefined ? prompt : `the prompt of ${prompt} with the tools of ${tools}`;
  if (onModel !== undefined) return `${name}: ${mixed} on ${model}`;
  return tools === undefined ? undefined : `${name}: ${mixed}`;
}

/** What a version's passes do not say, because its decision does not have a field that labels name. */
export function notComparedNote({ version, notCompared }: VersionResult): string | undefined {
  if (!notCompared) return undefined;
  const plural = notCompared.length > 1;
  return `${version.name}'s decision has no ${notCompared.join(' or ')}, which labels expect; for ${version.name} ${plural ? 'they are' : 'it is'} not compared.`;
}

/** What a reader must know of who answered; `alarming` when the trials are not of the one live model that was asked. */
export interface AnswerNote {
  readonly text: string;
  readonly alarming: boolean;
}

/** Who answered a version's trials, where that was not simply the model that was asked. */
export function answerNotes({ version, answeredBy = [], standIn }: VersionResult): AnswerNote[] {
  const remark = remarkOn(version.model, answeredBy);
  return [
    ...(standIn
      ? [
          {
            text: `${version.name}: ${counted(standIn.trials, 'trial')} answered by a server that says it is a ${standIn.mode} model; these are not live results`,
            alarming: true,
          },
        ]
      : []),
    ...(remark ? [{ text: `${version.name}: ${remark.text}`, alarming: remark.kind === 'not-as-asked' }] : []),
  ];
}

/** Which versions decide the exit code, and which are there to compare with. */
export function roleNote({ versions, current }: Evaluation): string {
  const comparison = versions.filter(({ role }) => role === 'comparison').map(({ version }) => version.name);
  if (comparison.length === 0) return `${versions.map(({ version }) => version.name).join(', ')} decides the exit code.`;
  const plural = comparison.length === 1 ? 'is' : 'are';
  if (comparison.length === versions.length) {
    return `The current version, ${current}, was not run, so ${comparison.join(', ')} decide the exit code.`;
  }
  return `${current} is the current version and decides the exit code; ${comparison.join(', ')} ${plural} here for comparison only.`;
}

/** A version's role in a word or two, for a table's header. */
export function roleName({ role }: VersionResult): string {
  return role === 'current' ? 'current' : 'for comparison';
}
