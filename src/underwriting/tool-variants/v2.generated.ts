/* Generated from the JSON files of this tool variant by `docket generate`. Do not edit. */

/**
 * What each tool takes, by its name.
 */
export interface Tools {
  calc_dti: Record<string, never>;
  calc_max_loan: Record<string, never>;
  credit_risk: Record<string, never>;
}

/**
 * What the agent answers.
 */
export interface Decision {
  /**
   * Whether the loan is approved.
   */
  approved: boolean;
  /**
   * Maximum loan, in dollars.
   */
  max_loan: number;
  /**
   * Monthly payment, in dollars.
   */
  monthly_payment: number;
  /**
   * Debt-to-income ratio with the loan, in percent.
   */
  post_loan_dti: number;
  /**
   * Why, in a few sentences.
   */
  reasoning: string;
}
