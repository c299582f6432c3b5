import { describe, expect, it, onTestFinished } from 'vitest';
import { newDatabase, runSql, sharedPostgres, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { gateProject } from '../testing/gate-project.ts';
import { judge, laxPrompt } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;
const secret = { DOCKET_STORE_SECRET: 's'.repeat(40) };

onServer(missing ?? "a gate on a team's store", { tags: ['slow'] }, () => {
  it('believes what was signed and nothing else: planted trials let no worse version through', async () => {
    const DOCKET_STORE = await newDatabase(await sharedPostgres());
    const main = gateProject();
    onTestFinished(() => main[Symbol.dispose]());
    const accepted = await runHere(['baseline', 'accept'], { directory: main.directory, environment: { DOCKET_STORE, ...secret } });
    expect([accepted.code, accepted.stderr]).toMatchObject([0, expect.anything()]);
    main.commit('The baseline');
    const change = main.branch();
    onTestFinished(() => change[Symbol.dispose]());
    change.write('prompts/v1.md', laxPrompt);
    change.commit('Kinder');

    const unsigned = await judge(change, [], { DOCKET_STORE });
    expect(unsigned.verdict).toMatchObject({
      verdict: 'error',
      reason: expect.stringContaining('whoever may add to a shared store could have written its trials'),
    });

    const first = await judge(change, [], { DOCKET_STORE, ...secret });
    expect(first.verdict.verdict).toBe('regressed');
    const trials = Number((await runSql(DOCKET_STORE, 'SELECT count(*)::integer AS trials FROM trials'))[0]?.trials);
    expect(trials).toBeGreaterThan(10);

    // Better ones under the candidate's keys, by somebody who may add but does not know the secret, and everything that is there taken back.
    await runSql(
      DOCKET_STORE,
      `INSERT INTO revocations SELECT selection, number, place, 'no signature' FROM trials;
       UPDATE trials SET place = place + 1 FROM selections WHERE selections.id = trials.selection AND series LIKE 'candidate%';
       INSERT INTO trials (selection, number, place, trial, checksum, saver)
         SELECT one.selection, one.number, 0, other.trial, other.checksum, 'somebody' FROM trials AS one, LATERAL (SELECT * FROM trials ORDER BY stored LIMIT 1) AS other WHERE one.place = 1`,
    );
    const again = await judge(change, [], { DOCKET_STORE, ...secret });
    expect(again.verdict.verdict).toBe('regressed');
    expect(JSON.stringify(again.verdict)).toContain("were not signed with this store's secret");
    // What was signed is used again.
    expect(
      Number((await runSql(DOCKET_STORE, "SELECT count(*)::integer AS trials FROM trials WHERE saver <> 'somebody'"))[0]?.trials),
    ).toBe(trials);
  });
});
