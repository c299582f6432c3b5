import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { openTrialStore } from './open-trial-store.ts';

function storeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'docket.db');
}
const started = { endpoint: 'http://127.0.0.1:1', startedAt: '2026-11-28T12:00:00.000Z', requests: 2, after: 'msgbatch_0' };
const calls = ['a', 'b'].map((call) => ({ call, trial: `trial of ${call}`, customId: `${call}-1` }));

it('is there for the next process, wherever the file is', () => {
  const path = storeFile();
  const store = openTrialStore(path);
  const { id } = store.batches.begin(started, calls);
  store.batches.became(id, 'msgbatch_1');
  store.batches.answer([{ call: 'a', answer: '{"id":"msg_1"}' }]);
  store.close();

  const again = openTrialStore(path);
  onTestFinished(() => again.close());
  const { batches } = again;
  expect(batches.find(id)).toEqual({ ...started, id, batch: 'msgbatch_1' });
  expect([batches.isKnown('msgbatch_1'), batches.isKnown('msgbatch_2')]).toEqual([true, false]);
  expect(['a', 'b', 'c'].map((call) => batches.stateOf(call))).toEqual([
    { kind: 'answered', answer: '{"id":"msg_1"}' },
    { kind: 'sent', submission: id },
    { kind: 'new' },
  ]);
  expect(batches.openCalls(id)).toEqual([calls[1]]);
});

it('forgets what is asked again, and keeps the answers of a submission that has ended', () => {
  const { batches } = openTrialStore(':memory:');
  const { id } = batches.begin(started, calls);
  batches.answer([{ call: 'a', answer: '{}' }]);
  batches.end(id);
  expect(['a', 'b'].map((call) => batches.stateOf(call).kind)).toEqual(['answered', 'new']);
  expect(batches.find(id)).toBeUndefined();
  // Its number is nobody else's, who may still be looked at.
  const again = batches.begin(started, calls);
  expect(again.id).not.toBe(id);
  expect(batches.stateOf('a')).toEqual({ kind: 'sent', submission: again.id });
  batches.endTrial('trial of a');
  batches.forget(['b']);
  expect(['a', 'b'].map((call) => batches.stateOf(call).kind)).toEqual(['new', 'new']);
});

it('an answer that is not what was written is told, and asked for anew', () => {
  const path = storeFile();
  const store = openTrialStore(path);
  store.batches.begin(started, calls);
  store.batches.answer([{ call: 'a', answer: '{"text":"yes"}' }]);
  store.close();
  const database = new DatabaseSync(path);
  database.exec("UPDATE batch_calls SET answer = replace(answer, 'yes', 'no')");
  database.close();
  const again = openTrialStore(path);
  onTestFinished(() => again.close());
  expect(again.batches.stateOf('a')).toEqual({ kind: 'new' });
});
