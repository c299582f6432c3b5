import { describe } from 'vitest';
import { alwaysSimulated, expect, type JudgedTrial, test } from '../index.ts';

test.override('evalsMode', alwaysSimulated);

const over = ['06-excellent-credit-loan-5-times-income'];

/** The message with which an assertion fails; it must fail. */
function failure(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The assertion held, and should have failed.');
}

describe('on lists of trials', () => {
  test('toDecide says which trials decide otherwise, what came and what was expected', async ({ docket }) => {
    const trials = await docket.run('v1', { cases: over, trials: 3 });
    expect(trials).toDecide({ approved: true });
    expect(trials).toDecide({ approved: true, max_loan: expect.closeTo(139_700, 0), reasoning: expect.stringContaining('64.8%') });
    const message = failure(() => expect(trials).toDecide({ approved: false, max_loan: 139_700 }));
    expect(message).toContain('Expected every trial to decide approved false, max_loan 139700, but 3 of 3 do not:');
    expect(message).toContain(`${over} v1, trials 1, 2 and 3: approved is true, expected false`);
    expect(message).toContain(`npx docket eval --versions v1 --case ${over} --trials 3 --mode simulated`);
    expect(message).toContain('npx vitest run src/vitest/matchers/matchers.test.ts -t ');
  });

  test('a list holds when every trial does, and with .not when none does', async ({ docket }) => {
    const trials = [...(await docket.run('v1', { cases: over, trials: 1 })), ...(await docket.run('v2', { cases: over, trials: 1 }))];
    expect(failure(() => expect(trials).toDecide({ approved: true }))).toContain('but 1 of 2 do not:\n  06-');
    expect(failure(() => expect(trials).not.toDecide({ approved: true }))).toContain(
      'Expected no trial to decide approved true, but 1 of 2 do:',
    );
    expect(trials).not.toDecide({ approved: 'perhaps' });
  });

  test('toPass, toPassScorer and toAgreeWithPolicy give the scorers’ reasons', async ({ docket }) => {
    const right = await docket.run('v2', { trials: 2 });
    expect(right).toPass();
    expect(right).toPassScorer('expected-decision');
    expect(right).toAgreeWithPolicy();
    const wrong = await docket.run('v1', { cases: over, trials: 2 });
    expect(wrong).not.toPass();
    expect(wrong).not.toPassScorer('expected-decision');
    expect(wrong).not.toAgreeWithPolicy();
    expect(failure(() => expect(wrong).toPass())).toMatch(
      /trials 1 and 2: expected-decision: approved is true, expected false.*self-consistency: /,
    );
    expect(failure(() => expect(wrong).toAgreeWithPolicy())).toContain('approved is true, expected false: a false approval');
    expect(failure(() => expect(right).not.toPassScorer('expected-decision'))).toContain(
      'Expected no trial to pass the scorer expected-decision',
    );
    expect(failure(() => expect(right).toPassScorer('taste'))).toContain('has no scorer "taste". Known: expected-decision,');
  });

  test('the policy is asked whatever the label says', async ({ docket }) => {
    const [trial] = await docket.run('v2', { cases: over, trials: 1 });
    if (!trial) throw new Error('One trial was asked for.');
    const label = { ...trial.case.label, decision: { approved: true } };
    const mislabelled: JudgedTrial = { ...trial, evidence: { ...trial.evidence, case: { ...trial.case, label } } };
    expect(mislabelled).toAgreeWithPolicy();
  });

  test('toBeConsistent looks at each case’s trials together, and at one trial by itself', async ({ docket }) => {
    const steady = await docket.run('v1', { cases: over, trials: 5 });
    expect(steady).toBeConsistent();
    for (const trial of steady) expect(trial).not.toBeConsistent();
    const guessing = await docket.run('v1', { cases: ['07-loan-44-times-income', ...over], trials: 5 });
    const message = failure(() => expect(guessing).toBeConsistent());
    expect(message).toContain('Expected every set of trials to pass the scorer trial-consistency, but 1 of 2 do not:');
    expect(message).toMatch(/07-loan-44-times-income v1: \d+ % of the pairs of 5 trials agree; they differ in max_loan/);
    expect(failure(() => expect(steady.slice(0, 1)).toBeConsistent())).toContain('Repeats need at least two trials');
  });

  test('toShowFinding counts', async ({ docket }) => {
    const trials = await docket.run('v1', { cases: [...over, '07-loan-44-times-income'], trials: 2 });
    expect(trials).toShowFinding('wrong-max-loan');
    expect(trials).toShowFinding('contradiction', { atLeast: 2 });
    expect(trials).not.toShowFinding('refused');
    expect(failure(() => expect(trials).toShowFinding('contradiction', { atLeast: 3 }))).toContain(
      'Expected at least 3 of 4 trials to show the finding contradiction, but only 2 do:\n  07-loan-44-times-income v1, trial 1: wrong-max-loan (',
    );
    expect(failure(() => expect(trials).not.toShowFinding('contradiction'))).toMatch(
      /but 2 of 4 do:\n {2}06-.* contradiction \(approved is true/,
    );
    expect(failure(() => expect(trials).toShowFinding('contradiction', { atLeast: 5 }))).toContain('from 1 to the number of trials (4)');
    expect(failure(() => expect(trials).not.toShowFinding('refused', { atLeast: 1 }))).toContain('no ".not" before it');
  });

  test('toHaveCalledTools knows the agent’s tools', async ({ docket }) => {
    const trials = await docket.run('v1', { cases: over, trials: 2 });
    expect(trials).toHaveCalledTools(['credit_risk', 'calc_dti']);
    expect(trials).not.toHaveCalledTools(['calc_max_loan']);
    expect(failure(() => expect(trials).toHaveCalledTools(['calc_dti', 'calc_max_loan']))).toContain(
      'trials 1 and 2: calc_max_loan was not called; it called calc_dti, credit_risk',
    );
    expect(failure(() => expect(trials).not.toHaveCalledTools(['calc_maximum']))).toContain('has no tool "calc_maximum". Known: calc_dti,');
    expect(failure(() => expect(trials).toHaveCalledTools([]))).toContain('Name at least one');
  });

  test('toStayWithinBudget and toEndAs', async ({ docket }) => {
    const trials = await docket.run('v2', { cases: over, trials: 2 });
    expect(trials).toStayWithinBudget({ maxTokens: 20_000, maxDollars: 1 });
    expect(trials).not.toStayWithinBudget({ maxTokens: 10 });
    expect(failure(() => expect(trials).toStayWithinBudget({ maxTokens: 10 }))).toMatch(
      /trials? (1 and )?2: [\d,]+ tokens, at most 10 tokens allowed/,
    );
    expect(failure(() => expect(trials).toStayWithinBudget({}))).toContain('no limit was given');
    expect(failure(() => expect(trials).toStayWithinBudget({ maxDollars: Number.NaN }))).toContain('maxDollars is NaN');
    expect(trials).toEndAs('decided');
    expect(failure(() => expect(trials).toEndAs('refused'))).toContain('it ended as decided');
    const slow = await docket.with({ simulation: { latencyMs: 30 } });
    expect(await slow.run('v2', { cases: over, trials: 1 })).not.toStayWithinBudget({ maxDurationMs: 30 });
  });
});

test('nothing, and what is no trial, is refused by every matcher, with .not as well', async ({ docket }) => {
  expect(failure(() => expect([]).toPass())).toContain('empty list');
  expect(failure(() => expect([]).not.toPass())).toContain('empty list');
  const promise = docket.run('v2', { cases: over, trials: 1 });
  expect(failure(() => expect(promise).toBeConsistent())).toContain('a promise; put "await" before it');
  expect(await promise).toPass();
  expect(failure(() => expect([{ approved: true }]).toDecide({ approved: true }))).toContain('an object of another kind');
  expect(failure(() => expect(7).not.toAgreeWithPolicy())).toContain('It was given number 7');
  expect(failure(() => expect(undefined).toEndAs('decided'))).toContain('It was given undefined undefined');
});

describe('toHoldRelations', () => {
  const border = 'flips-at-loan-amount';

  test('holds where the relations do, and says which twin breaks one', async ({ docket }) => {
    const right = await docket.run('v2', { cases: over, trials: 2, relations: [border] });
    expect(right).toHoldRelations();
    expect(right).toHoldRelations([border]);
    const wrong = await docket.run('v1', { cases: over, trials: 2, relations: [border] });
    expect(wrong).not.toHoldRelations();
    expect(failure(() => expect(wrong).toHoldRelations())).toMatch(
      /Expected every trial to hold flips-at-loan-amount, but 2 of 2 do not:[\s\S]*trials 1 and 2: flips-at-loan-amount: loan_amount is 139,753: approved is true[\s\S]*--mode simulated --relations flips-at-loan-amount/,
    );
  });

  test('what was never judged holds for nobody', async ({ docket }) => {
    const plain = await docket.run('v2', { cases: over, trials: 1 });
    expect(failure(() => expect(plain).toHoldRelations())).toContain("docket.run('v2', { relations: true })");
    expect(failure(() => expect(plain).not.toHoldRelations([border]))).toContain('was never judged in these trials');
    const nothing = await docket.run('v2', { cases: ['02-dti-a-hair-over-cap'], trials: 1, relations: [border] });
    expect(failure(() => expect(nothing).toHoldRelations([border]))).toMatch(
      /never judged in these trials: by the policy approved is false/,
    );
    expect(failure(() => expect(nothing).toHoldRelations())).toMatch(
      /no relation says anything of these trials \("flips-at-loan-amount": by the policy approved is false/,
    );
    expect(failure(() => expect(nothing).toHoldRelations(['flips']))).toContain('has no relation "flips"');
    await expect(docket.run('v2', { trials: 1, relations: ['same-whatever-sex'] })).rejects.toThrow(/v2 does not take the twin/);
  });
});
