import { join } from 'node:path';
import { z } from 'zod';
import type { Agent } from '../../agent/define-agent.ts';
import type { Candidate } from '../../contracts/candidate.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { candidateText, caseText } from '../../review/case-text.ts';
import type { Pseudonyms } from '../../review/pseudonyms.ts';
import type { ReviewAnswer } from '../../review/review-answer.ts';
import { hasAnswered, type ReviewContext, type ReviewResult, reviewCandidate } from '../../review/review-candidate.ts';
import { shownDecision } from '../../review/shown-decision.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import { decisionFaults, decisionFields } from '../cases/case-faults.ts';
import { type FileChange, type SavedChange, saveChanges, takeBack, textOf } from '../cases/save-changes.ts';
import { casePlaceholder, meetsLabel } from '../label-agreement.ts';
import { findingsOfRun } from '../score-traces/index.ts';
import { candidateFile, parseCandidate, readCandidates } from './candidate-files.ts';
import { caseOfInput } from './case-of-input.ts';

/** What a review is opened with. */
export interface ReviewRequest {
  readonly agent: Agent;
  /** Folder of the cases. */
  readonly cases: string;
  readonly reviewer: string;
  readonly today: string;
  readonly pseudonyms: Pseudonyms;
  /** Where the evidence is; without it there is none to show. */
  readonly traces?: TraceStore;
}

/** What production did; shown only after the reviewer committed to a label. */
export interface ProductionEvidence {
  readonly decision: JsonValue | null;
  /** Messages of findings. */
  readonly findings: readonly string[];
}

/** An answer that was saved. */
export interface ReviewStep {
  readonly candidate: Candidate;
  readonly result: ReviewResult;
  /** Absent for what has no label yet, skipped or discarded: a discarded candidate can be taken back and labelled. */
  readonly production?: ProductionEvidence;
  /** The file that holds the result. */
  readonly file: string;
}

/** Reviews candidates one answer at a time. Every answer is on the disk before the next question. */
export class Review {
  readonly #request: ReviewRequest;
  readonly #history: { readonly candidateId: string; readonly saved: readonly SavedChange[] }[] = [];

  constructor(request: ReviewRequest) {
    this.#request = request;
  }

  /** What still wants an answer of this reviewer, in the order of their names. */
  open(): Candidate[] {
    const { cases, reviewer } = this.#request;
    return readCandidates(cases).filter((candidate) => !candidate.discarded && !hasAnswered(candidate, reviewer));
  }

  /**
   * The candidate with the fields that were not recorded.
   * @throws {DocketError} when the agent does not take that input, or a case has it already
   */
  complete(candidate: Candidate, fields: JsonObject): Candidate {
    const input = { ...candidate.input, ...fields };
    this.#requireNew(candidate.id, this.#context().parseInput(input));
    return { ...candidate, input, missing: [] };
  }

  /** What a decision can speak of, in the order of the agent's schemas. */
  decisionFields(): string[] {
    return [...decisionFields(this.#request.agent).keys()];
  }

  /** The policy's answer for a complete input: what `approve` would sign. Undefined also where the policy breaks on it. */
  proposal({ input, missing }: Candidate): { readonly decision: JsonObject; readonly rationale: string } | undefined {
    try {
      return missing.length === 0 ? policyOf(this.#request.agent)?.(input) : undefined;
    } catch (error) {
      if (error instanceof DocketError) return undefined;
      throw error;
    }
  }

  /**
   * Applies an answer and saves it.
   * @throws {DocketError} when the candidate is gone, or the answer cannot stand; nothing is written then
   */
  answer(answer: ReviewAnswer): ReviewStep {
    const { cases, traces } = this.#request;
    const { candidate, text: from } = this.#candidate(answer.candidate);
    const result = reviewCandidate(candidate, answer, this.#context());
    const own = candidateFile(cases, candidate.id);
    const file = result.kind === 'case' ? join(cases, `${result.case.id}.json`) : own;
    if (answer.answer === 'skip') return { candidate, result, file };
    const input = result.kind === 'case' ? result.case.input : result.candidate.input;
    if (result.kind !== 'discarded') this.#requireNew(candidate.id, input, result.kind === 'case' ? result.case.id : undefined);
    const changes: FileChange[] = [];
    if (result.kind === 'case') {
      const text = caseText(result.case);
      // The very same case is there when a review was killed before it could take the candidate away.
      if (![null, text].includes(textOf(file))) throw new DocketError(`${file} already exists. Give the case another name with "id".`);
      changes.push({ file, text }, { file: own, text: null, from });
    } else changes.push({ file, text: candidateText(result.candidate), from });
    this.#history.push({ candidateId: candidate.id, saved: saveChanges(changes) });
    if (result.kind === 'discarded') return { candidate, result, file };
    const trace = traces?.trace(candidate.traceId);
    const production = trace && {
      decision: trace.decision,
      findings: [...findingsOfRun(traces?.scores(candidate.traceId) ?? []).values()],
    };
    return { candidate, result, file, ...(production ? { production } : {}) };
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
    return last.candidateId;
  }

  /** A draft knows its near-duplicates, but not when a person fills its input in; and meanwhile somebody else may have written the case. */
  #requireNew(candidateId: string, input: JsonObject, own?: string): void {
    const found = caseOfInput(this.#request.cases, input);
    if (found === undefined || found === own) return;
    throw new DocketError(
      `${candidateId}: the case "${found}" already has this input. Discard the draft, or give the input that was really decided.`,
    );
  }

  /** Read anew: somebody else may have answered meanwhile. */
  #candidate(id: string): { readonly candidate: Candidate; readonly text: string } {
    const { cases } = this.#request;
    // The id comes from a person's file and names one of ours; it is no path.
    const text = /^[a-z0-9][a-z0-9-]{0,79}$/.test(id) ? textOf(candidateFile(cases, id)) : null;
    if (text === null) {
      const ids = readCandidates(cases).map((candidate) => candidate.id);
      throw new DocketError(
        ids.length === 0
          ? `There is no draft "${id}", nor any other. Create some: docket cases draft.`
          : `There is no draft "${id}".${didYouMean(id, ids)}`,
      );
    }
    return { candidate: parseCandidate(text), text };
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
