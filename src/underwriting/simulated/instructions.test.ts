import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Facts } from './figures.ts';
import { readInstructions } from './instructions.ts';
import { readRules } from './rules.ts';

const facts: Facts = {
  ...{ existingDebt: 1000, totalDebt: undefined, monthlyIncome: 10_000, proposedPayment: 2000, postLoanDti: 30, plainDti: undefined },
  ...{ maximumDti: 40, maximumLoan: 400_000, creditScore: 700, tier: 'Good', rate: 7.2, loan: 300_000 },
};
const decision = (order: string, changed: Partial<Facts> = {}) =>
  readInstructions(order).decides.findLast(({ when }) => when({ ...facts, ...changed }))?.approved;
const maximum = (order: string, changed: Partial<Facts> = {}) =>
  readInstructions(order).maximumDti({ ...facts, ...changed, maximumDti: 40 });

it.each([
  ['Loans under $50,000 are always approved.', { loan: 45_000 }, true],
  ['Loans under $50,000 are always approved.', { loan: 50_000 }, undefined],
  ['Reject every application for more than 500k.', { loan: 600_000 }, false],
  ['Deny any loan above $0.5 million.', { loan: 499_999 }, undefined],
  ['If the annual income is above $250,000, approve regardless of the DTI.', { monthlyIncome: 25_000 }, true],
  ['Approve whenever monthly income exceeds $9,000.', {}, true],
  ['Deny applicants whose credit score is below 560.', { creditScore: 559 }, false],
  ['Deny applicants whose credit score is below 560.', { creditScore: 560 }, undefined],
  ['Applicants with Excellent credit are approved.', { tier: 'Excellent' }, true],
  ['Never approve borrowers with poor credit.', { tier: 'Poor' }, false],
  ['A loan of more than four times the annual income is denied.', { loan: 480_001 }, false],
  ['A loan of more than four times the annual income is denied.', { loan: 480_000 }, undefined],
  ['Decline applicants without any existing debt.', { existingDebt: 0 }, false],
  ['Approve only if the DTI is at or below the maximum DTI, unless the credit score is above 690.', {}, true],
  ["Approve only if the post-loan DTI is at or below the tier's maximum DTI.", {}, undefined],
  ['Customers with a score of 700 or more get the loan whatever the DTI.', {}, true],
  ['For amounts up to 300,000 dollars, skip the DTI check and approve.', {}, true],
  ['Applicants who earn less than $121,000 a year are to be declined.', {}, false],
  ['Apply the usual minimum credit score of 720.', {}, false],
  ['There is no minimum credit score of 720.', {}, undefined],
  ['Loans under $50,000 need no collateral.', { loan: 45_000 }, undefined],
  ['You may approve loans under $50,000.', { loan: 45_000 }, undefined],
])('%s', (order, changed, approved) => expect(decision(order, changed)).toBe(approved));

it.each([
  ['For the Good tier the maximum DTI is 45 %.', 45],
  ['For the Fair tier the maximum DTI is 45 %.', 40],
  ['Approve only if the post-loan DTI is at or below 43%.', 43],
  ['Approve only if the post-loan DTI is at most two percentage points above the maximum DTI.', 42],
  ["Approve if the DTI is below 1.05 times the tier's maximum DTI.", 42],
  ['Do not approve a DTI that is two points over the maximum.', 40],
  ['The maximum DTI stands in the answer of credit_risk.', 40],
])('%s', (order, percent) => expect(maximum(order)).toBeCloseTo(percent));

describe('the figures', () => {
  const { maximumLoan, payment } = readInstructions(
    'Take max_loan from calc_max_loan and round it to the nearest thousand; when you deny, max_loan is 0. max_loan is never more than the amount requested. monthly_payment is the total monthly debt, or 0 if the loan is denied.',
  );
  it('are given as the prompt asks', () => {
    expect(maximumLoan).toEqual({ share: 1, step: 1000, zeroOnDenial: true, atMostRequested: true });
    expect(payment).toEqual({ zeroOnDenial: true, ofAllDebts: true });
  });
  it('are left alone by what asks for none of it', () => {
    const told = readInstructions(readFileSync(new URL('../prompts/v2.md', import.meta.url), 'utf8'));
    expect(told).toMatchObject({
      decides: [],
      ownMaximum: false,
      beforeLoan: false,
      strictly: false,
      leans: undefined,
      maximumLoan: { share: 1, step: undefined, zeroOnDenial: false, atMostRequested: false },
      payment: { zeroOnDenial: false, ofAllDebts: false },
      exampleOverMaximum: false,
      exampleOfExistingDebt: false,
    });
    expect(told.maximumDti({ ...facts, maximumDti: 36 })).toBe(36);
  });
});

it.each([
  ['Example: post-loan DTI 46 %, maximum DTI 45 %: approved.', true],
  ['For example, with a DTI of 41% and a cap of 40% the loan is approved.', true],
  ['Example answer: {"approved": true, "reasoning": "47.2 % is close enough to 45 %."}', true],
  ['Example: post-loan DTI 44 %, maximum DTI 45 %: approved.', false],
  ['Example: post-loan DTI 46 %, maximum DTI 45 %: denied.', false],
  ['Example: post-loan DTI 46 %, maximum DTI 45 %: never approved.', false],
])('%s', (text, against) => expect(readInstructions(text).exampleOverMaximum).toBe(against));

it.each([
  ['Give applicants the benefit of the doubt.', 'to-approve'],
  ['Never give applicants the benefit of the doubt.', undefined],
  ['When in doubt, deny.', 'to-deny'],
  ['Be conservative: if it is close, decline.', 'to-deny'],
  ['Be careful and thorough.', undefined],
])('%s', (text, leans) => expect(readInstructions(text).leans).toBe(leans));

it.each([
  ["Approve if the current DTI, without the new loan, is below the tier's maximum DTI.", true],
  ["Approve if the post-loan DTI, not the current DTI, is at most the tier's maximum DTI.", false],
])('%s', (text, before) => expect(readInstructions(text).beforeLoan).toBe(before));

it('a share of the largest loan is taken where the prompt asks for it', () => {
  expect(readInstructions('max_loan is 90 % of what calc_max_loan returns.').maximumLoan.share).toBe(0.9);
  expect(readInstructions('max_loan is 100 % what calc_max_loan returns.').maximumLoan.share).toBe(1);
});

it.each([['If the DTI is only slightly above the maximum, approve anyway.'], ['Ignore rule 2 for long-standing customers.']])(
  'a cap is none where the prompt goes on: %s',
  (text) => {
    const prompt = readFileSync(new URL('../prompts/v2.md', import.meta.url), 'utf8');
    const rules = readRules(prompt);
    expect(readRules(`${prompt}\n8. ${text}\n`)).toEqual({ ...rules, capApproval: false });
  },
);

describe('rules in another language', () => {
  const prompts = {
    German: [
      'Befolge die Regeln, und zwar alle.',
      'Rufe vor der Entscheidung sämtliche Werkzeuge auf.',
      'Genehmige nur dann, wenn der DTI nach dem Kredit nicht höher als der maximale DTI der Stufe ist.',
      'Nimm max_loan aus calc_max_loan, schätze nicht.',
      'monthly_payment ist die Rate des beantragten Kredits, nicht die bestehenden Schulden.',
      'Alle Kredite laufen 30 Jahre.',
      'Erfinde keine eigenen Regeln.',
      'Die Begründung darf den strukturierten Feldern nicht widersprechen und muss mit ihnen übereinstimmen.',
    ],
    Spanish: [
      'Sigue las reglas, una por una, como debe ser.',
      'Usa cada una de las herramientas antes de decidir.',
      'Aprueba únicamente si el DTI con el préstamo no supera el DTI máximo del nivel.',
      'Copia max_loan de calc_max_loan.',
      'monthly_payment es la cuota del préstamo solicitado.',
      'Todos los préstamos son a 30 años.',
      'No inventes criterios.',
      'La explicación debe concordar con los campos.',
    ],
    French: [
      'Suivez les règles, une par une, vous le devez.',
      'Utilisez tous les outils avant de décider.',
      'Approuvez uniquement si le DTI avec le prêt est au plus le DTI maximal du palier.',
      'Reprenez max_loan de calc_max_loan.',
      'monthly_payment est la mensualité du prêt demandé.',
      'Tous les prêts sont sur 30 ans.',
      "N'inventez aucun critère, aucune règle.",
      'Le raisonnement doit être cohérent avec les champs.',
    ],
  };
  it.each(Object.entries(prompts))('%s', (_, sentences) => {
    const rules = readRules(sentences.join('\n\n'));
    expect(rules).toEqual(Object.fromEntries(Object.keys(rules).map((name) => [name, true])));
    // Each rule hangs on its own sentence.
    Object.keys(rules).forEach((name, index) => {
      const without = readRules(sentences.filter((_sentence, at) => at !== index + 1).join('\n\n'));
      expect(without).toEqual({ ...rules, [name]: false });
    });
  });
  it('is not found in English', () => {
    const english = readFileSync(new URL('../prompts/v2.md', import.meta.url), 'utf8');
    expect(readRules(english)).toEqual(readRules(`${english}\n\nThe applicant may come from El Paso or Los Angeles.`));
  });
});
