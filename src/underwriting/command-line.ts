import { type CommandLineInput, DocketError } from '../index.ts';
import type { LoanApplication } from './application.ts';

const words = ['annual_income', 'total_debt', 'credit_score', 'loan_amount'] as const satisfies readonly (keyof LoanApplication)[];

/** Four numbers in a row: `85000 12000 720 250000`. */
export const commandLine: CommandLineInput = {
  words,
  parse(given) {
    if (given.length !== words.length) {
      throw new DocketError(
        `${given.length === 1 ? '1 word' : `${given.length} words`} came where ${words.length} numbers were expected: ${words.join(' ')}. For example: 85000 12000 720 250000.`,
      );
    }
    return Object.fromEntries(words.map((word, index) => [word, numberIn(given[index] ?? '', word)]));
  },
};

function numberIn(text: string, word: string): number {
  if (!/^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    throw new DocketError(`${word}: ${JSON.stringify(text)} is not a number. Write plain digits, for example 85000 or 1250.50.`);
  }
  return Number(text);
}
