import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import { GroupCommit, type InTransaction } from './group-commit.ts';

/** A real table, and transactions on it that are counted. */
function counted(beforeCommit = () => {}) {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (number INTEGER PRIMARY KEY)');
  const insert = database.prepare('INSERT INTO numbers VALUES (?)');
  const all = () => database.prepare('SELECT number FROM numbers ORDER BY 1').all();
  const seen = { transactions: 0 };
  const inTransaction: InTransaction = (work) => {
    seen.transactions += 1;
    database.exec('BEGIN');
    try {
      const result = work();
      beforeCommit();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };
  const add = (number: number) => () => insert.run(number).changes;
  return { commits: new GroupCommit(inTransaction), add, all, seen };
}

describe('GroupCommit', () => {
  it('does what is asked for within one turn in one transaction', async () => {
    const { commits, add, all, seen } = counted();
    expect(await Promise.all([1, 2, 3].map((number) => commits.add(add(number))))).toEqual([1, 1, 1]);
    expect([seen.transactions, all()]).toEqual([1, [{ number: 1 }, { number: 2 }, { number: 3 }]]);
  });

  it('lets nobody wait for more than thirty-two others', async () => {
    const { commits, add, seen } = counted();
    await Promise.all(Array.from({ length: 80 }, (_, number) => commits.add(add(number))));
    expect(seen.transactions).toBe(3);
  });

  it('does not let one bad job take the others with it', async () => {
    const { commits, add, all } = counted();
    const ends = await Promise.allSettled([1, 1, 2].map((number) => commits.add(add(number))));
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(all()).toEqual([{ number: 1 }, { number: 2 }]);
  });

  it('tells nobody that a job is done before the commit, and lets the first failure of the database speak for the rest', async () => {
    let commitsDone = 0;
    const { commits, add, all, seen } = counted(() => {
      commitsDone += 1;
      // The whole group does not fit; of its jobs, the first does.
      if (commitsDone !== 2) throw new DocketError('the disk is full');
    });
    const ends = await Promise.allSettled([1, 2, 3].map((number) => commits.add(add(number))));
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect([all(), seen.transactions]).toEqual([[{ number: 1 }], 3]);
  });

  it('does at once what waits when it is told to', async () => {
    const { commits, add, all } = counted();
    const done = commits.add(add(7));
    commits.flush();
    expect(all()).toEqual([{ number: 7 }]);
    expect(await done).toBe(1);
  });
});
