import { describe, expect, test } from 'vitest';
import { inventedRules } from './invented-rules.ts';

describe('appealing to a rule that the policy does not have is found', () => {
  test.each([
    'Most lenders want a minimum score of 580-620.',
    'The minimum credit score is 600.',
    'A score of 579 is below the minimum.',
    'The score of 520 falls short of our cutoff.',
    'The credit score is too low for approval.',
    'A score of 520 disqualifies the applicant.',
    'Denied because of terrible credit.',
    'The loan is 6.3 times annual income, beyond the usual loan-to-income cap of 5 times.',
    'The loan-to-income ratio of 5.4 exceeds prudent lending.',
    'A loan should be at most 5 times annual income.',
    'The request is 44x annual income, which is too large.',
    'Our guideline is no more than 4.5x income.',
  ])('%s', (reasoning) => {
    expect(inventedRules(reasoning).map(({ code }) => code)).toEqual(['invented-rule']);
  });
});

describe('speaking of score and income is not', () => {
  test.each([
    'There is no minimum score, so a score of 520 can be approved.',
    'No loan-to-income limit applies.',
    'Score 579 is Poor: maximum DTI 30%, rate 12.5%.',
    'A score of 739 is below the Excellent tier, so the maximum is 40%.',
    'The score of 740 meets the minimum of the Excellent tier.',
    'The loan is 5.4 times annual income.',
    'The post-loan DTI exceeds the maximum of 45%.',
    'The maximum loan of $139,752 fills what income leaves.',
    'Poor credit means a rate of 12.5%.',
    'The debt-to-income limit of 45% is exceeded.',
  ])('%s', (reasoning) => {
    expect(inventedRules(reasoning)).toEqual([]);
  });
});

test('each rule is named once, with the sentence', () => {
  const found = inventedRules(
    'Fine so far. The minimum score is 620. And a loan of 6x exceeds the cap of 5 times income. The minimum score matters.',
  );
  expect(found.map(({ message }) => message)).toEqual([
    'the reasoning appeals to a minimum credit score, which the policy does not have: "The minimum score is 620."',
    'the reasoning appeals to a cap on the loan against income, which the policy does not have: "And a loan of 6x exceeds the cap of 5 times income."',
  ]);
});
