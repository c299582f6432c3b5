import type { Tool } from '../../index.ts';
import type { LoanApplication } from '../application.ts';
import { tierOf } from '../policy.ts';

/** The credit tier with its maximum DTI and rate. */
export const creditRisk: Tool<Record<string, never>, LoanApplication> = {
  source: import.meta.url,
  run(_, { credit_score }) {
    const { name, maximumDti, rate } = tierOf(credit_score);
    return `Score ${credit_score}: ${name}. Max DTI: ${maximumDti}%. Rate: ${rate}%`;
  },
};
