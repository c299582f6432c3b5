import { PassThrough, type Readable, Writable } from 'node:stream';
import { confirm, select, selectKey, text } from '@clack/prompts';
import { describe, expect, it } from 'vitest';
import { asked } from './asked.ts';

const output = () => new Writable({ write: (_chunk, _encoding, done) => done() });

const questions: Readonly<Record<string, (input: Readable, signal: AbortSignal) => Promise<unknown>>> = {
  text: (input, signal) =>
    text({ input, output: output(), signal, message: 'Name?', validate: (typed) => (typed ? undefined : 'missing') }),
  confirm: (input, signal) => confirm({ input, output: output(), signal, message: 'Sure?' }),
  select: (input, signal) => select({ input, output: output(), signal, message: 'Which?', options: [{ value: 'a' }, { value: 'b' }] }),
  key: (input, signal) => selectKey({ input, output: output(), signal, message: 'Which?', options: [{ value: 'a', label: 'an answer' }] }),
};

describe.each(Object.entries(questions))('a question for %s', (_name, question) => {
  it.each([
    ['Ctrl-D', (input: PassThrough) => input.write('\u0004'), 'ended'],
    ['the end of the input', (input: PassThrough) => input.end(), 'ended'],
    ['an input that is closed', (input: PassThrough) => input.destroy(), 'ended'],
    ['Ctrl-C', (input: PassThrough) => input.write('\u0003'), 'interrupted'],
  ])('ends at %s', async (_what, leave, how) => {
    const input = new PassThrough();
    const answer = asked(input, (signal) => question(input, signal));
    setTimeout(() => leave(input), 5);
    await expect(answer).rejects.toMatchObject({ how });
    expect(
      ['pause', 'end', 'close'].map((name) => input.listeners(name).filter(({ name: of }) => of === 'onPause' || of === 'onEnd')),
    ).toEqual([[], [], []]);
  });
});

it('one that is answered is no end, and neither is Ctrl-D within a line: it deletes', async () => {
  const input = new PassThrough();
  const type = (keys: string) =>
    setTimeout(() => {
      for (const key of keys) input.write(key);
    }, 5);
  const ask = () => asked(input, (signal) => questions.text?.(input, signal) ?? Promise.resolve());
  type('Ada\u0004\r');
  await expect(ask()).resolves.toBe('Ada');
  type('Bea\r');
  await expect(ask()).resolves.toBe('Bea');
});
