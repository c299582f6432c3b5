import { join } from 'node:path';
import { z } from 'zod';
import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { sha256 } from '../../contracts/canonical-json.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Draft } from '../../contracts/draft.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { Finding } from '../../contracts/score.ts';
import type { Trace } from '../../contracts/trace.ts';
import { caseText, draftText } from '../../review/case-text.ts';
import type { Pseudonyms } from '../../review/pseudonyms.ts';
import { readableLine } from '../../review/readable-fields.ts';
import type { ReviewAnswer } from '../../review/review-answer.ts';
import { hasAnswered, isSamePerson, type ReviewContext, type ReviewResult, reviewDraft } from '../../review/review-draft.ts';
import { shownDecision } from '../../review/shown-decision.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import { decisionFaults, decisionFields } from '../cases/case-faults.ts';
import { type FileChange, textOf } from '../cases/save-changes.ts';
import { casePlaceholder, meetsLabel } from '../label-agreement.ts';
import { traceWithInput } from '../score-traces/input-of-trace.ts';
import type { TraceScores } from '../score-traces/trace-scores.ts';
import { type BlindEvidence, blindEvidence } from './blind-evidence.ts';
import { caseOfInput } from './case-of-input.ts';
import { draftFile, type FaultyDraft, foundDrafts, parseDraft } from './draft-files.ts';
import { decisionForm, inputJsonSchema } from './review-form.ts';
import type { ReviewLog } from './review-log.ts';

const draftIdShape = /^[a-z0-9][a-z0-9-]{0,79}$/;

/** What a review is opened with. */
export interface ReviewRequest {
  readonly agent: Agent;
  /** Folder of the cases. */
  readonly cases: string;
  readonly reviewer: string;
  readonly today: string;
  readonly pseudonyms: Pseudonyms;
  /** Every answer stands there, and can be taken back by it. */
  readonly log: ReviewLog;
  /** Where the evidence is, and what the scorers say of it; without them there is none to show. */
  readonly traces?: TraceStore;
  readonly scores?: TraceScores;
}

/** What production did; shown only after the reviewer committed to a label. */
export interface ProductionEvidence {
  readonly decision: JsonValue | null;
  /** One of each code. */
  readonly findings: readonly Pick<Finding, 'message' | 'field'>[];
}

/** An answer that was saved. */
export interface ReviewStep {
  readonly draft: Draft;
  readonly result: ReviewResult;
  /** Absent for what has no label yet, skipped or discarded: a discarded draft can be taken back and labelled. */
  readonly production?: ProductionEvidence;
  /** The file that holds the result. */
  readonly file: string;
}

/** Reviews drafts one answer at a time. Every answer is on the disk before the next question. */
export class Review {
  readonly #request: ReviewRequest;

  constructor(request: ReviewRequest) {
    this.#request = request;
  }

  /** What still wants an answer of this reviewer, in the order of their names. */
  open(): Draft[] {
    const { cases, reviewer } = this.#request;
    return foundDrafts(cases).drafts.filter((draft) => !draft.discarded && !hasAnswered(draft, reviewer));
  }

  /** Files among the drafts that cannot be read, and so not be reviewed; the others can. */
  faulty(): FaultyDraft[] {
    return foundDrafts(this.#request.cases).faulty;
  }

  /**
   * One draft as it is now, with the hash of its file, by which an answer says what it is about.
   * @throws {DocketError} when there is none of that id
   */
  draft(id: string): { readonly draft: Draft; readonly hash: string } {
    const { draft, text } = this.#draft(id);
    return { draft, hash: sha256(text) };
  }

  /**
   * The draft with the fields that were not recorded.
   * @throws {DocketError} when the agent does not take that input, or a case has it already
   */
  complete(draft: Draft, fields: JsonObject): Draft {
    const input = { ...draft.input, ...fields };
    this.#requireNew(draft.id, this.#context().parseInput(input));
    return { ...draft, input, missing: [] };
  }

  /** What a decision can speak of, in the order of the agent's schemas. */
  decisionFields(): string[] {
    return [...decisionFields(this.#request.agent).keys()];
  }

  /** What keeps a decision from being a label; undefined when nothing does. */
  decisionFault(decision: JsonObject): string | undefined {
    if (Object.keys(decision).length === 0) return 'An expected decision needs at least one field.';
    return decisionFaults(this.#request.agent, decision)[0]?.replace(/^label\.decision(?:\.(?=\w)|: ?)/, '');
  }

  /** Why an input cannot have this value in a field that was not recorded; undefined when it can. What other fields lack is no fault of this one. */
  inputFault(input: JsonObject, field: string, value: JsonValue): string | undefined {
    const parsed = this.#request.agent.input.safeParse({ ...input, [field]: value });
    const found = parsed.error?.issues.find(({ path }) => path[0] === field);
    if (!found) return undefined;
    const plain =
      typeof value === 'string' && /^[\d.,'\s]*\d[\d.,'\s]*$/.test(value) ? ' Write plain digits, for example 85000 or 1250.50.' : '';
    return `${field}: ${found.message}.${plain}`;
  }

  /** What the run behind a draft saw, and nothing that tells what it decided; undefined where there is no trace. */
  async blindEvidence({ traceId }: Pick<Draft, 'traceId'>): Promise<BlindEvidence | undefined> {
    const { agent, pseudonyms } = this.#request;
    const trace = await this.#trace(traceId);
    const { approvalField } = rulesOf(agent);
    const telling = decisionForm(agent).filter(({ kind }) => kind === 'yes-no' || kind === 'choice');
    const deciding = [...telling.map(({ field }) => field), ...(approvalField === undefined ? [] : [approvalField])];
    return trace && blindEvidence(trace, deciding, pseudonyms);
  }

  /** A title for a case that nobody named: what its input says, in words and units. Undefined where nothing of it fits a line. */
  suggestedTitle(input: JsonObject): string | undefined {
    return readableLine(input, inputJsonSchema(this.#request.agent));
  }

  /** Whether no case has this id yet. */
  freeId(id: string): boolean {
    return textOf(join(this.#request.cases, `${id}.json`)) === null;
  }

  /** The policy's answer for a complete input: what `approve` would sign. Undefined also where the policy breaks on it. */
  proposal({ input, missing }: Draft): { readonly decision: JsonObject; readonly rationale: string } | undefined {
    try {
      return missing.length === 0 ? policyOf(this.#request.agent)?.(input) : undefined;
    } catch (error) {
      if (error instanceof DocketError) return undefined;
      throw error;
    }
  }

  /**
   * Applies an answer, saves it and notes it in the log.
   * @param seen hash of the draft that the answer is about; without it, the draft as it is now
   * @throws {DocketError} when the draft is gone or, by `seen`, another one now, or the answer cannot stand; nothing is written then
   */
  async answer(answer: ReviewAnswer, seen?: string): Promise<ReviewStep> {
    const { cases, reviewer, log } = this.#request;
    if (seen !== undefined) this.requireSeen(answer.draft, seen);
    const { draft, text: from } = this.#draft(answer.draft);
    const result = reviewDraft(draft, answer, this.#context());
    const own = draftFile(cases, draft.id);
    const file = result.kind === 'case' ? join(cases, `${result.case.id}.json`) : own;
    if (answer.answer === 'skip') return { draft, result, file };
    const input = result.kind === 'case' ? result.case.input : result.draft.input;
    if (result.kind !== 'discarded') this.#requireNew(draft.id, input, result.kind === 'case' ? result.case.id : undefined);
    const changes: FileChange[] = [];
    if (result.kind === 'case') {
      const text = caseText(result.case);
      // The very same case is there when a review was killed before it could take the draft away.
      if (![null, text].includes(textOf(file))) throw new DocketError(`${file} already exists. Give the case another name with "id".`);
      changes.push({ file, text }, { file: own, text: null, from });
    } else changes.push({ file, text: draftText(result.draft), from });
    // Before anything is saved: a scorer that is at fault must not end a review in the middle of an answer.
    const production = result.kind === 'discarded' ? undefined : await this.#production(draft);
    log.save({ reviewer, answer: answer.answer, draft: draft.id, hash: sha256(from), file }, changes);
    return { draft, result, file, ...(production ? { production } : {}) };
  }

  /**
   * Takes this reviewer's last answer back, also one of an earlier session, and says whose draft it was; undefined when there is none.
   * @throws {DocketError} when its files were changed since, or it was given in another checkout
   */
  undo(): string | undefined {
    return this.#request.log.undo(this.#request.reviewer)?.draft;
  }

  /** @throws {DocketError} when a draft is another one than was seen, naming who answered meanwhile where the log knows */
  requireSeen(id: string, seen: string): void {
    const text = draftIdShape.test(id) ? textOf(draftFile(this.#request.cases, id)) : null;
    if (text !== null && sha256(text) === seen) return;
    const { reviewer, log } = this.#request;
    const last = log.lastAbout(id);
    const at = last && `${last.at.slice(0, 10)} at ${last.at.slice(11, 16)} UTC`;
    const who = last && (isSamePerson(last.reviewer, reviewer) ? 'You' : last.reviewer);
    const what =
      last === undefined
        ? `The draft ${text === null ? 'is no longer there' : 'was changed'}`
        : last.answer === 'undo'
          ? `${who} took an answer to this draft back on ${at}`
          : `${who} answered this draft on ${at}`;
    throw new DocketError(`${what}, after you opened it. Your answer was not saved.`, { code: 'changed-meanwhile' });
  }

  async #production({ traceId }: Draft): Promise<ProductionEvidence | undefined> {
    const { scores } = this.#request;
    const trace = await this.#trace(traceId);
    if (!trace) return undefined;
    const found = ((await scores?.of(trace)) ?? []).flatMap((score) => score.findings);
    await scores?.save();
    const findings = new Map(found.toReversed().map((finding) => [finding.code, finding]));
    return { decision: trace.decision, findings: [...findings.values()].toReversed() };
  }

  async #trace(traceId: string | undefined): Promise<Trace | undefined> {
    const { agent, traces } = this.#request;
    const stored = traceId === undefined ? undefined : await traces?.trace(traceId);
    return stored && traces && (await traceWithInput(agent, traces, stored));
  }

  /** A draft knows its near-duplicates, but not when a person fills its input in; and meanwhile somebody else may have written the case. */
  #requireNew(draftId: string, input: JsonObject, own?: string): void {
    const found = caseOfInput(this.#request.cases, input);
    if (found === undefined || found === own) return;
    throw new DocketError(
      `${draftId}: the case "${found}" already has this input. Discard the draft, or give the input that was really decided.`,
    );
  }

  /** Read anew: somebody else may have answered meanwhile. */
  #draft(id: string): { readonly draft: Draft; readonly text: string } {
    const { cases } = this.#request;
    // The id comes from a person's file and names one of ours; it is no path.
    const text = draftIdShape.test(id) ? textOf(draftFile(cases, id)) : null;
    if (text === null) {
      const ids = foundDrafts(cases).drafts.map((draft) => draft.id);
      throw new DocketError(
        ids.length === 0
          ? `There is no draft "${id}", nor any other. Create some: docket cases draft.`
          : `There is no draft "${id}".${didYouMean(id, ids)}`,
      );
    }
    return { draft: parseDraft(text), text };
  }

  #context(): ReviewContext {
    const { agent, reviewer, today, pseudonyms } = this.#request;
    const policy = policyOf(agent);
    return {
      reviewer,
      today,
      pseudonyms,
      parseInput(input) {
        const parsed = agent.input.safeParse(input);
        if (parsed.success) return parsed.data;
        throw new DocketError(`The agent does not accept this input:\n${z.prettifyError(parsed.error)}`);
      },
      decisionFaults: (decision) => decisionFaults(agent, decision),
      sameLabel(one, other) {
        const agrees = (label: JsonObject, decision: JsonObject) =>
          meetsLabel(agent, { case: casePlaceholder('label', {}, label), input: {} }, decision);
        return agrees(one, other) && agrees(other, one);
      },
      ...(policy ? { policy } : {}),
    };
  }
}

function policyOf({ policy, explain }: Agent): ReviewContext['policy'] {
  if (!policy) return undefined;
  return (input) => {
    try {
      const decision = policy(input);
      return { decision, rationale: explain?.(input) ?? `The policy computes ${shownDecision(decision)}.` };
    } catch (cause) {
      throw new DocketError(
        `The policy has no answer for this input (${(cause as Error).message}). Give the right decision yourself, with "correct".`,
        {
          cause,
        },
      );
    }
  };
}
