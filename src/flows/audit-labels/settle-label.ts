import { join } from 'node:path';
import { sha256 } from '../../contracts/canonical-json.ts';
import { type Case, caseSchema, type Dispute, type Label } from '../../contracts/case.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { caseText } from '../../review/case-text.ts';
import type { LabelSuspect } from '../../review/label-suspect.ts';
import { createPseudonyms } from '../../review/pseudonyms.ts';
import { redactText } from '../../review/redact-text.ts';
import { isSamePerson } from '../../review/review-draft.ts';
import { decisionFaults } from '../cases/case-faults.ts';
import { textOf } from '../cases/save-changes.ts';
import { casePlaceholder, meetsLabel } from '../label-agreement.ts';
import type { LoadedConfig } from '../load-config.ts';
import { redactionKey } from '../promote/redaction-key.ts';
import { ReviewLog } from '../promote/review-log.ts';
import { disputed } from './index.ts';

/** What somebody says of one case's label. */
export interface LabelAnswer {
  readonly config: LoadedConfig;
  readonly caseId: string;
  /** Hash of the case file that the answer is about. */
  readonly seen: string;
  readonly reviewer: string;
}

/** How a question about a label ends. */
export interface Settlement {
  readonly decision: JsonObject;
  readonly argument: string;
}

/**
 * Opens the dispute of one suspect label: the case then judges nobody until a person settles it.
 * @returns the file
 * @throws {DocketError} when the case was changed since, or has an open dispute already
 */
export function disputeSuspect({ config, caseId, seen, reviewer }: LabelAnswer, suspect: LabelSuspect): string {
  const { file, text, found } = caseSeen(config, caseId, seen);
  if (found.dispute && !found.dispute.resolution) throw new DocketError(`The dispute about ${caseId} is open already.`);
  new ReviewLog(config).save({ reviewer, answer: 'open-dispute', hash: seen, file }, [
    { file, text: caseText(disputed(found, suspect)), from: text },
  ]);
  return file;
}

/**
 * Settles a case's open dispute, or what speaks against its label: the decision becomes the label, with the person and the argument.
 * @param suspect what the audit has against the label; needed where no dispute is open
 * @returns the file
 * @throws {DocketError} when the case was changed since, nothing is open, the decision cannot be a label, or a critical case lacks a second person
 */
export function settleLabel(
  { config, caseId, seen, reviewer }: LabelAnswer,
  settlement: Settlement,
  today: string,
  suspect?: LabelSuspect,
): string {
  const { agent } = config;
  const { file, text, found } = caseSeen(config, caseId, seen);
  const open = found.dispute && !found.dispute.resolution ? found : suspect && disputed(found, suspect);
  if (!open?.dispute) throw new DocketError(`Nothing is open about ${caseId}: its label stands.`);
  const { decision } = settlement;
  const faults = decisionFaults(agent, decision);
  if (Object.keys(decision).length === 0) throw new DocketError('An expected decision needs at least one field.');
  if (faults.length > 0) throw new DocketError(`The decision cannot be a label: ${faults.join('; ')}.`);
  const agrees = (one: JsonObject, other: JsonObject) => meetsLabel(agent, { case: casePlaceholder(caseId, {}, one), input: {} }, other);
  const same = (one: JsonObject, other: JsonObject) => agrees(one, other) && agrees(other, one);
  if (found.critical) requireSecondPerson(found, open.dispute, reviewer, (given) => same(given, decision));
  const argument = redactText(settlement.argument, createPseudonyms(redactionKey(config.root))).text;
  const person = { kind: 'human' as const, name: reviewer, reviewedOn: today };
  const label: Label = same(found.label.decision, decision)
    ? { ...found.label, reviewers: [...found.label.reviewers, person] }
    : { ...kept(found.label, decision), decision, source: 'human', rationale: argument, reviewers: [person] };
  const settled: Case = { ...found, label, dispute: { ...open.dispute, resolution: { decision, argument, reviewer: person } } };
  new ReviewLog(config).save({ reviewer, answer: 'settle', hash: seen, file }, [{ file, text: caseText(settled), from: text }]);
  return file;
}

/** The comparators of fields that the new decision has, too. */
function kept({ compare }: Label, decision: JsonObject): Pick<Label, 'compare'> {
  const own = Object.entries(compare ?? {}).filter(
    ([path]) => Object.hasOwn(decision, path) || Object.hasOwn(decision, path.split('.')[0] ?? ''),
  );
  return own.length > 0 ? { compare: Object.fromEntries(own) } : {};
}

/** Whoever gave one of its labels does not settle a critical case for that one alone. */
function requireSecondPerson({ id, label }: Case, { labels }: Dispute, reviewer: string, isSettled: (given: JsonObject) => boolean): void {
  const sides = [
    ...labels.map(({ decision, source }) => ({ decision, names: source.split(', ') })),
    {
      decision: label.decision,
      names: label.reviewers.flatMap(({ kind, name }) => (kind === 'human' && name !== undefined ? [name] : [])),
    },
  ];
  const people = sides.filter(({ decision }) => isSettled(decision)).flatMap(({ names }) => names);
  const isSide = sides.some(({ names }) => names.some((name) => isSamePerson(name, reviewer)));
  const others = people.filter((name) => !isSamePerson(name, reviewer) && !/^the (?:policy|label)/.test(name));
  if (isSide && others.length === 0)
    throw new DocketError(`${id} is critical and needs two people: ${reviewer} gave one of its labels, so somebody else has to settle it.`);
}

/** The case as its file holds it, if that is what the answer is about. */
function caseSeen({ cases }: LoadedConfig, caseId: string, seen: string) {
  const file = join(cases, `${caseId}.json`);
  const text = /^[a-z0-9][a-z0-9-]{0,79}$/.test(caseId) ? textOf(file) : null;
  if (text === null || sha256(text) !== seen)
    throw new DocketError(
      `The case ${caseId} ${text === null ? 'is no longer there' : 'was changed'} after you opened it. Your answer was not saved.`,
      { code: 'changed-meanwhile' },
    );
  return { file, text, found: caseSchema.parse(JSON.parse(text)) };
}
