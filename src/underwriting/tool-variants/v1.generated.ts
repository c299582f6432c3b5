/* Generated from the JSON files of this tool variant by `docket generate`. Do not edit. */

/**
 * What each tool takes, by its name.
 */
export interface Tools {
  calc_dti: Record<string, never>;
  credit_risk: Record<string, never>;
}

/**
 * What the agent answers.
 */
export interface Decision {
  approved: boolean;
  max_loan: number;
  monthly_payment: number;
  reasoning: string;
}
