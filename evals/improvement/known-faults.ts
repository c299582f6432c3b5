import type { Problem } from '../../src/contracts/improvement-plan.ts';

/** A fault of the underwriter's version 1 that is known from its published account, and which problem of a plan is it. */
export interface KnownFault {
  readonly fault: string;
  /** Where it was published; the account of what the traces showed, or the plan that a person had made of them. */
  readonly from: 'account' | 'plan' | 'both';
  readonly isFound: (problem: Problem) => boolean;
}

const is = (pattern: RegExp) => (problem: Problem) => pattern.test(problem.id);
const byMethod = (field: string, method: RegExp) => (problem: Problem) =>
  problem.id === `method-varies/${field}` && (problem.methods ?? []).some((each) => method.test(each.method));

/** All of them. */
export const knownFaults: readonly KnownFault[] = [
  {
    fault: 'calc_dti leaves out the loan that its description promises',
    from: 'both',
    isFound: is(/^tool-against-policy\/calc_dti\/dti$/),
  },
  { fault: 'approves on that DTI (cases 1, 3, 6, 10)', from: 'both', isFound: is(/^against-policy\/approved\/true-for-false$/) },
  { fault: 'approves against its own reasoning (case 6)', from: 'both', isFound: is(/^against-reasoning$/) },
  {
    fault: 'monthly_payment is the existing debt (cases 1, 10)',
    from: 'both',
    isFound: is(/^wrong-source\/monthly_payment\/calc_dti-s-monthly-debt$/),
  },
  { fault: 'monthly_payment over five years (case 8)', from: 'both', isFound: byMethod('monthly_payment', /a figure that nothing gives/) },
  { fault: 'nothing says that loans run 30 years', from: 'plan', isFound: is(/^missing-rule\/number-360$/) },
  { fault: 'monthly_payment by several methods', from: 'both', isFound: is(/^(?:method-varies|ambiguous-instruction)\/monthly_payment$/) },
  { fault: 'max_loan is the amount requested', from: 'both', isFound: is(/^wrong-source\/max_loan\/the-input-s-loan_amount$/) },
  { fault: 'max_loan is a rough guess', from: 'both', isFound: byMethod('max_loan', /a round figure that nothing gives/) },
  { fault: 'max_loan is 0', from: 'both', isFound: byMethod('max_loan', /^0$/) },
  {
    fault: 'max_loan by several methods, and no tool for it',
    from: 'both',
    isFound: is(/^(?:method-varies|ambiguous-instruction)\/max_loan$/),
  },
  { fault: 'an invented minimum score (case 9)', from: 'both', isFound: is(/^invented-rule$/) },
  { fault: 'wrong arithmetic in prose, 64.8 % for 47.8 % (case 6)', from: 'account', isFound: is(/^untraced-number$/) },
  {
    fault: 'denies where the policy approves (case 5; the published plan calls it right)',
    from: 'account',
    isFound: is(/^against-policy\/approved\/false-for-true$/),
  },
  {
    fault: 'the prompt has no rule for the decision and its fields',
    from: 'plan',
    isFound: is(/^missing-rule\/(?:approved|max_loan|monthly_payment)$/),
  },
];
