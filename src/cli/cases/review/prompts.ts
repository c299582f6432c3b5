import { z } from 'zod';
import type { Candidate } from '../../../contracts/candidate.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { JsonObject } from '../../../contracts/json.ts';
import type { Review } from '../../../flows/promote/3-review-candidates.ts';
import { type ReviewAnswer, reviewAnswerSchema } from '../../../review/review-answer.ts';
import { shownDecision } from '../../../review/shown-decision.ts';
import { counted } from '../../../text/figures.ts';
import { plainLine, plainText } from '../../../text/hostile-text.ts';
import { Cancelled, type Proposal, ReviewQuestions, type ReviewTerminal } from './questions.ts';
import { productionLines, resultOf, shownFile } from './view.ts';

/**
 * Asks about every open candidate until there is none left or the reviewer quits. An answer that cannot stand is explained, and the question
 * is asked again.
 */
export async function reviewAtTerminal(review: Review, terminal: ReviewTerminal): Promise<'done' | 'interrupted'> {
  const ask = new ReviewQuestions(terminal, review.decisionFields());
  const skipped = new Set<string>();
  /** What was not recorded and a reviewer filled in, by candidate. */
  const filled = new Map<string, JsonObject>();
  /** What undo takes back: the candidate that was skipped, or null for an answer that was saved. */
  const steps: (string | null)[] = [];
  const undo = () => {
    const step = steps.at(-1);
    const undone = step ?? review.undo();
    if (step) skipped.delete(step);
    steps.pop();
    ask.show('undo', undone === undefined ? 'There is nothing to undo.' : `${undone} is open again.`);
  };
  for (;;) {
    const queue = review.open().filter(({ id }) => !skipped.has(id));
    const [next] = queue;
    if (!next) return 'done';
    const fields = filled.get(next.id);
    const candidate = fields ? review.complete(next, fields) : next;
    const proposal = review.proposal(candidate);
    ask.show(headOf(candidate, queue.length), viewOf(candidate, proposal));
    try {
      const key = await ask.key({ approve: proposal !== undefined, fill: candidate.missing.length > 0 });
      if (key === 'q') return 'done';
      if (key === 'u') {
        undo();
        continue;
      }
      if (key === 's') {
        skipped.add(candidate.id);
        steps.push(candidate.id);
        continue;
      }
      if (key === 'f') {
        const typed = await ask.missing(candidate);
        review.complete(candidate, typed);
        filled.set(candidate.id, typed);
        continue;
      }
      const answer = await ask.answer(key, candidate, proposal);
      const step = review.answer(checked(fields && key !== 'x' ? ({ ...answer, input: fields } as ReviewAnswer) : answer));
      steps.push(null);
      const production = step.production ? ['', ...productionLines(step.production)] : [];
      ask.show(resultOf(step), [plainLine(shownFile(step.file)), ...production].join('\n'));
      // The next candidate would push what production did out of sight.
      const after = await ask.next();
      if (after === 'q') return 'done';
      if (after === 'u') undo();
    } catch (error) {
      if (error instanceof Cancelled) return 'interrupted';
      if (!(error instanceof DocketError)) throw error;
      ask.show('not saved', plainText(error.message));
    }
  }
}

/** @throws {DocketError} when a typed answer is one that no file could give either */
function checked(answer: ReviewAnswer): ReviewAnswer {
  const parsed = reviewAnswerSchema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new DocketError(`This answer is not valid:\n${z.prettifyError(parsed.error)}`);
}

function headOf({ id, clusterSize }: Candidate, left: number): string {
  return `${id}, ${left} to go${clusterSize > 1 ? `, covers ${counted(clusterSize, 'trace')}` : ''}`;
}

function viewOf(candidate: Candidate, proposal: Proposal): string {
  const { missing, userMessage, redacted, equivalence, critical, input } = candidate;
  const lines = [
    ...(critical ? ['critical: you are the second reviewer'] : []),
    ...Object.entries(input).map(([field, value]) => `${field}: ${JSON.stringify(value)}`),
    ...missing.map((field) => `${field}: not recorded`),
    ...(userMessage === undefined ? [] : [`user message: ${userMessage}`]),
    ...(redacted.length > 0 ? [`redacted: ${redacted.join('; ')}`] : []),
    ...(equivalence.policy === 'differs' || equivalence.agent === 'differs' ? ['redaction changes the answer'] : []),
    ...(proposal ? [`policy: ${shownDecision(proposal.decision)}`, proposal.rationale] : []),
  ];
  return lines.map(plainLine).join('\n');
}
