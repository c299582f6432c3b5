import type { Draft } from '../contracts/draft.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { Review } from '../flows/promote/3-review-drafts.ts';
import { inputForm } from '../flows/promote/review-form.ts';
import { type ReadForm, readForm, type TypedPair } from '../flows/promote/typed-answer.ts';
import { readableFields } from '../review/readable-fields.ts';
import { suggestedId } from '../review/suggested-name.ts';
import { typedAs } from '../review/typed-field.ts';
import { ApiFault } from './api/api-fault.ts';
import type { PolicyAnswer } from './api/draft-shapes.ts';
import type { ReviewDesk } from './review-desk.ts';

/** The policy's answer to a draft, as people read it and as the form begins with it. */
export function policyAnswer(desk: ReviewDesk, review: Review, draft: Draft): PolicyAnswer | null {
  const proposal = review.proposal(draft);
  if (!proposal) return null;
  const { decision, rationale } = proposal;
  const typed = desk.form.flatMap((field) =>
    Object.hasOwn(decision, field.field) ? [{ field: field.field, typed: typedAs(field, decision[field.field] ?? null) }] : [],
  );
  return { decision: readableFields(decision, desk.decisionSchema), rationale, typed };
}

/** A decision as it was typed. */
export function readDecision(desk: ReviewDesk, review: Review, typed: readonly TypedPair[]): ReadForm {
  return readForm(desk.form, typed, (field, value) => review.decisionFault(Object.fromEntries([[field, value]])), desk.schemaOf);
}

/** What was not recorded, as it was typed. Each field is checked beside the others, because a schema may speak of several. */
export function readInput(desk: ReviewDesk, review: Review, draft: Draft, typed: readonly TypedPair[]): ReadForm {
  const form = inputForm(desk.config.agent, draft.missing);
  const { properties } = desk.inputSchema;
  const known = isObject(properties) ? properties : {};
  const given = readForm(form, typed, () => undefined).values;
  return readForm(
    form,
    typed,
    (field, value) => review.inputFault({ ...draft.input, ...given }, field, value),
    (field) => {
      const schema = Object.hasOwn(known, field) ? known[field] : undefined;
      return isObject(schema) ? schema : undefined;
    },
  );
}

/** The draft with what was filled in where that makes it whole; otherwise as it is, and why a whole input cannot stand. */
export function filledIn(review: Review, draft: Draft, input: ReadForm): { readonly draft: Draft; readonly fault?: string } {
  const isWhole = draft.missing.every((field) => Object.hasOwn(input.values, field));
  if (draft.missing.length === 0 || !isWhole) return { draft };
  try {
    return { draft: review.complete(draft, input.values) };
  } catch (error) {
    return { draft, fault: (error as Error).message };
  }
}

/** What a case would be called that nobody names. */
export function suggestedName(review: Review, draft: Draft, typedTitle: string): { readonly title: string; readonly id: string } {
  const title = review.suggestedTitle(draft.input) ?? draft.title;
  return { title, id: suggestedId(typedTitle.trim() || title, (id) => !review.freeId(id)) ?? draft.id };
}

/** The drafts of whoever asks hold this one. @throws {ApiFault} saying who answered it, where the log knows */
export function requireOpen(desk: ReviewDesk, review: Review, id: string): void {
  if (review.open().some((each) => each.id === id)) return;
  const last = desk.log.lastAbout(id);
  throw new ApiFault(
    404,
    last
      ? `The draft ${id} does not wait for you any more: ${last.reviewer} answered it on ${last.at.slice(0, 10)} at ${last.at.slice(11, 16)} UTC.`
      : `There is no draft "${id}" that waits for you.`,
  );
}

/** Whether somebody labelled it already: then whoever asks is the second, and sees nothing of the first. */
export function isSecond({ proposals }: Draft): boolean {
  return proposals.some(({ reviewers }) => reviewers.some(({ kind }) => kind === 'human'));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
