import { describe } from 'vitest';
import { alwaysSimulated, expect, test } from '../src/vitest/index.ts';

// Which change cured which fault is known of the stand-in; with a key, `npx docket eval --versions v1,v1/v2,v2/v1,v2` asks a real model.
test.override('evalsMode', alwaysSimulated);

const trials = 10;

describe('two prompts by two sets of tools', () => {
  test('prompt v1, tools v1: every fault', async ({ docket }) => {
    const found = await docket.run('v1', { trials });
    for (const fault of ['false-approval', 'false-denial', 'contradiction', 'invented-rule', 'wrong-monthly-payment', 'wrong-max-loan']) {
      expect(found).toShowFinding(fault, { atLeast: 1 });
    }
  });

  test('prompt v1, tools v2: the new figures cure approvals in ignorance, not bad habits', async ({ docket }) => {
    // With the loan in the DTI nobody approves twice the maximum any more …
    expect(await docket.run('v1/v2', { cases: ['10-three-borders-at-once'], trials })).toDecide({ approved: false });
    // … but nothing forbids a near miss, a made-up minimum score, or words that say the opposite.
    expect(await docket.run('v1/v2', { cases: ['06-excellent-credit-loan-5-times-income'], trials })).toShowFinding('false-approval', {
      atLeast: 1,
    });
    expect(await docket.run('v1/v2', { cases: ['05-high-income-terrible-credit'], trials })).toShowFinding('false-denial');
    const found = await docket.run('v1/v2', { trials });
    for (const fault of ['tool-not-called', 'contradiction', 'invented-rule', 'wrong-monthly-payment', 'wrong-max-loan']) {
      expect(found).toShowFinding(fault, { atLeast: 1 });
    }
  });

  test('prompt v2, tools v1: the rules cure bad habits, not missing figures', async ({ docket }) => {
    const found = await docket.run('v2/v1', { trials });
    for (const cured of ['contradiction', 'invented-rule', 'false-denial', 'tool-not-called']) expect(found).not.toShowFinding(cured);
    // Told to approve by the DTI and to copy the payment, it believes the one figure there is and has no payment to copy.
    expect(found).toShowFinding('false-approval', { atLeast: 1 });
    expect(found).toShowFinding('wrong-monthly-payment');
    expect(found).toShowFinding('wrong-max-loan', { atLeast: 1 });
  });

  test('prompt v2, tools v2: none', async ({ docket }) => {
    const found = await docket.run('v2', { trials });
    expect(found).toPass();
    expect(found).toBeConsistent();
    for (const trial of found) expect(trial.findings).toEqual([]);
  });
});
