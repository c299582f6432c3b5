import { describe, expect, test } from 'vitest';
import { contradictions } from './contradictions.ts';

const flags = (reasoning: string, approved: boolean) => contradictions(reasoning, approved).length > 0;

/** What says that the loan is refused or does not fit: right for a denial, a contradiction of an approval. */
const against = [
  'The application is denied.',
  'Denied: the post-loan DTI of 47.78% exceeds the maximum of 45%.',
  'The post-loan DTI is 47.8%, which exceeds the 45% cap.',
  'With the loan, DTI rises to 64.8%, well above the 45% maximum.',
  'The loan would push the DTI to 67.75%, which exceeds the 45% maximum.',
  'I cannot approve this loan.',
  'This loan cannot be approved.',
  'The loan is not approved.',
  'We are declining the request because of the ratio.',
  'I recommend denial.',
  'The DTI is not within the maximum of 45%.',
  'The requested amount exceeds the maximum loan of $139,752.',
  'The maximum loan of $139,752 is below the requested $150,000.',
  'The post-loan debt-to-income ratio (60.96%) is higher than the allowable 45%.',
  'Post-loan DTI 47.78% > 45% maximum.',
  'The DTI doesn’t stay within 45%: at 47.78% it is over the limit, so the application is rejected.',
  'A smaller loan would be within the cap, but at 47.78% the post-loan DTI is over the 45% maximum.',
  'The applicant does not qualify.',
  'The application does not meet the DTI requirement of 45%.',
  'DTI of 47.78% fails to stay under the cap.',
  'Although the credit is excellent, the application is declined.',
];

/** What says that it is granted or fits: right for an approval, a contradiction of a denial. */
const inFavour = [
  'The application is approved.',
  'Approved: the post-loan DTI of 38.07% is within the maximum of 40%.',
  'The post-loan DTI of 38.07% does not exceed the maximum of 40%.',
  "The post-loan DTI doesn't exceed the cap.",
  'At 38.07% the post-loan DTI is below the 40% cap.',
  'The DTI is at or below the maximum.',
  'The ratio of 38.07% is well under the 40% limit.',
  'The post-loan DTI never exceeds the cap of 40%.',
  'I recommend approval.',
  'There is no reason to deny this loan.',
  'The loan is granted.',
  'The applicant qualifies for this loan.',
  'The application meets the DTI requirement of 40%.',
  'Post-loan DTI 38.07% <= 40% maximum.',
  'The requested loan is within the maximum loan of $270,089.',
  'The requested amount does not exceed the maximum loan of $270,089.',
];

/** What says neither, whatever the decision. */
const neutral = [
  'A smaller loan of $139,752 would be approved.',
  'If income were higher, the DTI would be within the cap.',
  'Any loan above $270,089 would exceed the 40% maximum.',
  'The existing DTI of 14.1% is within the cap.',
  'Existing debt alone is above the 45% maximum.',
  'Had the loan been smaller, the application could have been approved.',
  'Approve only if the post-loan DTI is at or below the maximum.',
  'The credit score of 745 is above the threshold for Excellent credit.',
  'Income is well above the national average.',
  'The monthly payment is $1,696.97 and the maximum loan $270,089.15.',
  'Score 720: Good. Max DTI: 40%. Rate: 7.2%.',
  'To stay within the 45% cap the loan must not exceed $139,752.',
  'The payment is over 30 years at a fixed rate.',
  'Otherwise the application is denied.',
  'With a smaller loan, the DTI would be within the cap.',
];

describe('an approval', () => {
  test.each(against)('is contradicted by: %s', (reasoning) => expect(flags(reasoning, true)).toBe(true));
  test.each([...inFavour, ...neutral])('is not contradicted by: %s', (reasoning) => expect(contradictions(reasoning, true)).toEqual([]));
});

describe('a denial', () => {
  test.each(inFavour)('is contradicted by: %s', (reasoning) => expect(flags(reasoning, false)).toBe(true));
  test.each([...against, ...neutral])('is not contradicted by: %s', (reasoning) => expect(contradictions(reasoning, false)).toEqual([]));
});

test('one sentence among many is enough, and is quoted', () => {
  const [finding, ...more] = contradictions(
    'Credit is excellent. With this loan the DTI is about 64.8%, over the 45% cap. On balance, approved.',
    true,
  );
  expect(more).toEqual([]);
  expect(finding).toEqual({
    code: 'contradiction',
    message: 'approved is true, but the reasoning says: "With this loan the DTI is about 64.8%, over the 45% cap."',
  });
});

test('a sentence without end is quoted in part', () => {
  const endless = `The application is denied ${'not to be exceeded over the maximum DTI '.repeat(5000)}`;
  expect(contradictions(endless, true)[0]?.message.length).toBeLessThan(300);
});
