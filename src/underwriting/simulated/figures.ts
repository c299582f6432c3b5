/** What tool results say, read by what the figures are called. Dollars a month, percent, percent a year; undefined when no tool said it. */
export interface Figures {
  readonly existingDebt: number | undefined;
  /** With the proposed loan's payment. */
  readonly totalDebt: number | undefined;
  readonly monthlyIncome: number | undefined;
  readonly proposedPayment: number | undefined;
  /** The DTI of a tool that says "post-loan" of it. */
  readonly postLoanDti: number | undefined;
  /** The DTI of a tool that does not. */
  readonly plainDti: number | undefined;
  readonly maximumDti: number | undefined;
  readonly maximumLoan: number | undefined;
  readonly creditScore: number | undefined;
  readonly tier: string | undefined;
  readonly rate: number | undefined;
}

/** The facts it judges: what the tools said, and the loan that the user named. */
export interface Facts extends Figures {
  readonly loan: number;
}

const money = String.raw`[^\n$]{0,40}?\$\s*(\d[\d,]*(?:\.\d+)?)`;
const percent = String.raw`[^\n%\d]{0,40}?(\d[\d,]*(?:\.\d+)?)\s*%`;
const dti = String.raw`(?:\bDTI\b|debt[- ]to[- ]income(?: ratio)?)`;
const afterLoan = `(?:post[- ]loan|after (?:the |this )?(?:proposed |new )?loan|with (?:the |this )?(?:proposed |new )?loan|projected|back[- ]end)`;
const highest = `(?:max(?:imum)?|highest|allowed|cap on)`;

const labels = {
  existingDebt: [
    String.raw`(?:existing|current|present)[^\n$:]{0,20}debts?[^\n$:]{0,20}:?${money}`,
    `(?<!total )monthly debts?(?! (?:limit|capacity))${money}`,
  ],
  totalDebt: [`total (?:monthly )?(?:debts?|payments?)${money}`],
  monthlyIncome: [`monthly income${money}`, String.raw`income[^\n$:]{0,12}month${money}`],
  proposedPayment: [
    `(?:proposed|new|this|requested)(?: loan)?(?:'s)?(?: monthly)? payment${money}`,
    `(?:loan|monthly) payment${money}`,
    `payment (?:of|for|on) (?:the|this) (?:proposed |new )?loan${money}`,
  ],
  postLoanDti: [`${afterLoan}[^\\n%\\d]{0,12}${dti}${percent}`, `${dti}[^\\n%\\d]{0,12}${afterLoan}${percent}`],
  plainDti: [
    `(?<!(?:max|maximum|highest|allowed|post-loan|post loan|projected) )${dti}(?! (?:cap|limit|maximum|allowed|at most|up to))${percent}`,
  ],
  maximumDti: [`${highest}[^\\n%\\d]{0,20}${dti}${percent}`, `${dti} (?:cap|limit|maximum|ceiling|allowed)${percent}`],
  maximumLoan: [
    `(?:max(?:imum)?|largest|highest)[_ ](?:affordable |possible )?(?:loan|principal)(?: amount)?${money}`,
    `loan (?:limit|maximum)${money}`,
  ],
  creditScore: [String.raw`score[^\n\d]{0,6}(\d{3})`],
  rate: [String.raw`rate[^\n%\d]{0,12}(\d+(?:\.\d+)?)\s*%`, String.raw`(?:fixed|interest) at (\d+(?:\.\d+)?)\s*%`],
} as const;

/** Reads the figures out of the tools' texts. A figure that two tools give is taken from the first. */
export function readFigures(results: readonly string[]): Figures {
  const text = results.join('\n');
  const number = (name: keyof typeof labels): number | undefined => {
    for (const label of labels[name]) {
      const found = new RegExp(label, 'i').exec(text)?.[1];
      if (found !== undefined) return Number(found.replaceAll(',', ''));
    }
    return undefined;
  };
  return {
    existingDebt: number('existingDebt'),
    totalDebt: number('totalDebt'),
    monthlyIncome: number('monthlyIncome'),
    proposedPayment: number('proposedPayment'),
    postLoanDti: number('postLoanDti'),
    plainDti: number('plainDti'),
    maximumDti: number('maximumDti'),
    maximumLoan: number('maximumLoan'),
    creditScore: number('creditScore'),
    tier: /\b(Excellent|Very good|Good|Fair|Poor)\b/i.exec(text)?.[1],
    rate: number('rate'),
  };
}
