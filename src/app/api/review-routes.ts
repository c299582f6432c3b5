import { answerDraft } from './answer-draft.ts';
import type { ApiRoute } from './api-route.ts';
import { checkDraft } from './check-draft.ts';
import { getDraft } from './get-draft.ts';
import { listAudit } from './list-audit.ts';
import { listDrafts } from './list-drafts.ts';
import { settleDispute } from './settle-dispute.ts';
import { undoReview } from './undo-review.ts';

/** The routes of the review: the only ones that ask the project's own code. */
export const reviewRoutes: readonly ApiRoute[] = [listDrafts, getDraft, checkDraft, answerDraft, undoReview, listAudit, settleDispute];
