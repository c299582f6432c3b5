/**
 * Why a trace is worth a review. No candidate says which reason was its own: a policy's answer together with "drawn from what is normal", or
 * with "a scorer found something", is as good as the production decision.
 */
export const pickReasons = ['finding', 'disagreement', 'uncertainty', 'novelty', 'sample'] as const;
export type PickReason = (typeof pickReasons)[number];
