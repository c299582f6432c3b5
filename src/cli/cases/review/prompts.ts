import { z } from 'zod';
import { withoutAttached } from '../../../contracts/attachment.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { Draft } from '../../../contracts/draft.ts';
import type { JsonObject } from '../../../contracts/json.ts';
import type { Review } from '../../../flows/promote/3-review-drafts.ts';
import { type ReviewAnswer, reviewAnswerSchema } from '../../../review/review-answer.ts';
import { shownDecision } from '../../../review/shown-decision.ts';
import { counted } from '../../../text/figures.ts';
import { plainLine, plainText } from '../../../text/hostile-text.ts';
import { WentAway } from '../../terminal/asked.ts';
import { type Proposal, ReviewQuestions, type ReviewTerminal } from './questions.ts';
import { productionLines, resultOf, shownFile } from './view.ts';

/**
 * Asks about every open draft until there is none left or the reviewer quits. An answer that cannot stand is explained, and the question
 * is asked again.
 */
export async function reviewAtTerminal(review: Review, terminal: ReviewTerminal): Promise<'done' | 'interrupted'> {
  const ask = new ReviewQuestions(terminal, review);
  const skipped = new Set<string>();
  /** What was not recorded and a reviewer filled in, by draft. */
  const filled = new Map<string, JsonObject>();
  /** What undo takes back: the draft that was skipped, or null for an answer that was saved. */
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
    const draft = fields ? review.complete(next, fields) : next;
    const proposal = review.proposal(draft);
    ask.show(headOf(draft, queue.length), viewOf(draft, proposal));
    try {
      const key = await ask.key({ approve: proposal !== undefined, fill: draft.missing.length > 0 });
      if (key === 'q') return 'done';
      if (key === 'u') {
        undo();
        continue;
      }
      if (key === 's') {
        skipped.add(draft.id);
        steps.push(draft.id);
        continue;
      }
      if (key === 'f') {
        const typed = await ask.missing(draft);
        review.complete(draft, typed);
        filled.set(draft.id, typed);
        continue;
      }
      const answer = await ask.answer(key, draft, proposal);
      const step = await review.answer(checked(fields && key !== 'x' ? ({ ...answer, input: fields } as ReviewAnswer) : answer));
      steps.push(null);
      const production = step.production ? ['', ...productionLines(step.production)] : [];
      ask.show(resultOf(step), [plainLine(shownFile(step.file)), ...production].join('\n'));
      // The next draft would push what production did out of sight.
      const after = await ask.next();
      if (after === 'q') return 'done';
      if (after === 'u') undo();
    } catch (error) {
      // Back to the keys of the same draft.
      if (error instanceof WentAway && error.how === 'escaped') continue;
      // What was saved stays; the end of the input is a way to quit.
      if (error instanceof WentAway) return error.how === 'ended' ? 'done' : 'interrupted';
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

function headOf({ id, clusterSize }: Draft, left: number): string {
  return `${id}, ${left} to go${clusterSize > 1 ? `, covers ${counted(clusterSize, 'trace')}` : ''}`;
}

function viewOf(draft: Draft, proposal: Proposal): string {
  const { title, missing, userMessage, redacted, equivalence, critical, input, proposals } = draft;
  const lines = [
    // The title is the first reviewer's.
    ...(proposals.length > 0 ? [] : [title]),
    ...(critical ? ['critical: you are the second reviewer'] : []),
    ...Object.entries(withoutAttached(input)).map(([field, value]) => `${field}: ${JSON.stringify(value)}`),
    ...missing.map((field) => `${field}: not recorded`),
    ...(userMessage === undefined ? [] : [`user message: ${userMessage}`]),
    ...(redacted.length > 0 ? [`redacted: ${redacted.join('; ')}`] : []),
    ...(equivalence.policy === 'differs' || equivalence.agent === 'differs' ? ['redaction changes the answer'] : []),
    ...(proposal ? [`policy: ${shownDecision(proposal.decision)}`, proposal.rationale] : []),
  ];
  return lines.map(plainLine).join('\n');
}
