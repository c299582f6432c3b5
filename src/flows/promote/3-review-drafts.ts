import { join } from 'node:path';
import { z } from 'zod';
import type { Agent } from '../../agent/define-agent.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Draft } from '../../contracts/draft.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { caseText, draftText } from '../../review/case-text.ts';
import type { Pseudonyms } from '../../review/pseudonyms.ts';
import type { ReviewAnswer } from '../../review/review-answer.ts';
import { hasAnswered, type ReviewContext, type ReviewResult, reviewDraft } from '../../review/review-draft.ts';
import { shownDecision } from '../../review/shown-decision.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import { decisionFaults, decisionFields } from '../cases/case-faults.ts';
import { type FileChange, type SavedChange, saveChanges, takeBack, textOf } from '../cases/save-changes.ts';
import { casePlaceholder, meetsLabel } from '../label-agreement.ts';
import { findingsOf } from '../score-traces/index.ts';
import { traceWithInput } from '../score-traces/input-of-trace.ts';
import type { TraceScores } from '../score-traces/trace-scores.ts';
import { caseOfInput } from './case-of-input.ts';
import { draftFile, parseDraft, readDrafts } from './draft-files.ts';

/** What a review is opened with. */
export interface ReviewRequest {
  readonly agent: Agent;
  /** Folder of the cases. */
  readonly cases: string;
  readonly reviewer: string;
  readonly today: string;
  readonly pseudonyms: Pseudonyms;
  /** Where the evidence is, and what the scorers say of it; without them there is none to show. */
  readonly traces?: TraceStore;
  readonly scores?: TraceScores;
}

/** What production did; shown only after the reviewer committed to a label. */
export interface ProductionEvidence {
  readonly decision: JsonValue | null;
  /** Messages of findings. */
  readonly findings: readonly string[];
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
  readonly #history: { readonly draftId: string; readonly saved: readonly SavedChange[] }[] = [];

  constructor(request: ReviewRequest) {
    this.#request = request;
  }

  /** What still wants an answer of this reviewer, in the order of their names. */
  open(): Draft[] {
    const { cases, reviewer } = this.#request;
    return readDrafts(cases).filter((draft) => !draft.discarded && !hasAnswered(draft, reviewer));
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
   * Applies an answer and saves it.
   * @throws {DocketError} when the draft is gone, or the answer cannot stand; nothing is written then
   */
  async answer(answer: ReviewAnswer): Promise<ReviewStep> {
    const { cases } = this.#request;
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
    this.#history.push({ draftId: draft.id, saved: saveChanges(changes) });
    return { draft, result, file, ...(production ? { production } : {}) };
  }

  /**
   * Takes the last answer of this session back and says whose it was; undefined when there is none.
   * @throws {DocketError} when its files were changed since
   */
  undo(): string | undefined {
    const last = this.#history.at(-1);
    if (!last) return undefined;
    takeBack(last.saved);
    this.#history.pop();
    return last.draftId;
  }

  async #production({ traceId }: Draft): Promise<ProductionEvidence | undefined> {
    const { agent, traces, scores } = this.#request;
    const stored = traceId === undefined ? undefined : traces?.trace(traceId);
    const trace = stored && traces && traceWithInput(agent, traces, stored);
    if (!trace) return undefined;
    const findings = [...findingsOf((await scores?.of(trace)) ?? []).values()];
    scores?.save();
    return { decision: trace.decision, findings };
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
    const text = /^[a-z0-9][a-z0-9-]{0,79}$/.test(id) ? textOf(draftFile(cases, id)) : null;
    if (text === null) {
      const ids = readDrafts(cases).map((draft) => draft.id);
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
