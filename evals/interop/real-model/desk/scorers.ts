import { expectedDecision, trialConsistency } from '../../../../src/index.ts';

/** A decision is right or wrong; how often repeats agree is only told. */
export const scorers = [expectedDecision({ approvalField: 'reason' }), trialConsistency({ fields: ['reason'], minimumAgreement: 0 })];
