import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { Score } from '../../../contracts/score.ts';
import type { RawSpan } from '../../../contracts/trace.ts';
import { rawSpan, spanId, testStart, traceId } from '../../testing/raw-span.ts';
import type { TraceStore } from '../trace-store.ts';

/** Where a store of traces lies; empty when it is made. */
export interface TraceStorePlace {
  /** @param now milliseconds since 1970 */
  open(now?: () => number): Promise<TraceStore>;
}

const origin = { source: 'otlp' } as const;
const limits = { rows: 100, milliseconds: 20_000 };

function score(code: string): Score {
  return { name: 'self-consistency', pass: false, value: 0, reason: 'r', hard: true, findings: [{ code, message: 'm' }] };
}

/** A trace with one span of an agent, which began so many seconds after the start of all. */
export function agentTrace(number: number, agent = 'desk', words = ''): RawSpan {
  return rawSpan(1, {
    traceId: traceId(number),
    name: `invoke_agent ${agent}`,
    startUnixNano: testStart + BigInt(number) * 1_000_000_000n,
    endUnixNano: testStart + BigInt(number) * 1_000_000_000n + 5_000_000n,
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': agent, 'docket.input': JSON.stringify({ words }) },
  });
}

/**
 * What every store of traces does.
 * @param newPlace whether it is opened more than once is said
 * @param rounds of properties
 */
export function describeTraceStore(
  where: string,
  newPlace: (isShared: boolean) => Promise<TraceStorePlace>,
  { rounds }: { readonly rounds: number },
): void {
  const open: TraceStore[] = [];
  const opened = async (now?: () => number) => {
    const store = await (await newPlace(false)).open(now);
    open.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
  });

  describe(`a store of traces ${where}`, () => {
    it('gives back what was saved, bit for bit, also by another who opened it', async () => {
      const place = await newPlace(true);
      const store = await place.open();
      const span = rawSpan(1, {
        name: 'a\u0000b\u001b[31m',
        attributes: JSON.parse(
          '{"__proto__":{"admin":true},"constructor":1,"":null,"deep":[[{"x":9007199254740991}]]}',
        ) as RawSpan['attributes'],
        events: [{ name: 'exception', timeUnixNano: testStart + 1n, attributes: { 'exception.message': 'no' } }],
        startUnixNano: testStart + 123_456_789n,
      });
      await store.saveSpans([span], origin);
      expect(await store.spans(span.traceId)).toEqual([span]);
      expect(Object.keys((await store.spans(span.traceId))[0]?.attributes ?? {})).toEqual(['__proto__', 'constructor', '', 'deep']);
      const other = await place.open();
      expect(await other.spans(span.traceId)).toEqual([span]);
      await other.close();
      await store.close();
    });

    it('stores each span once, whatever comes again in whatever order and batches', async () => {
      const spans = [1, 2, 3, 4, 5, 6].flatMap((number) => [
        rawSpan(number),
        rawSpan(number + 10, { traceId: traceId(2), parentSpanId: number === 1 ? null : spanId(11) }),
      ]);
      const expected = await opened(() => 0);
      await expected.saveSpans(spans, origin);
      const order = fc.shuffledSubarray(spans, { minLength: spans.length });
      await fc.assert(
        fc.asyncProperty(
          order,
          fc.array(fc.integer({ min: 0, max: spans.length - 1 }), { maxLength: 8 }),
          fc.integer({ min: 1, max: 12 }),
          async (given, again, size) => {
            const store = await opened(() => 0);
            const sent = [...given, ...again.flatMap((at) => given[at] ?? [])];
            let added = 0;
            for (let at = 0; at < sent.length; at += size) added += (await store.saveSpans(sent.slice(at, at + size), origin)).added;
            expect(added).toBe(spans.length);
            expect(await store.list({})).toEqual(await expected.list({}));
            for (const id of [traceId(1), traceId(2)]) expect(await store.trace(id)).toEqual(await expected.trace(id));
            await store.close();
          },
        ),
        { numRuns: rounds, seed: 1 },
      );
    });

    it('replaces a span that had not ended, and names a span that came again with another content', async () => {
      const store = await opened();
      await store.saveSpans([rawSpan(1, { endUnixNano: null, name: 'begun' })], origin);
      expect(await store.saveSpans([rawSpan(1, { name: 'ended' })], origin)).toEqual({ added: 0, known: 1 });
      expect((await store.spans(traceId(1))).map(({ name }) => name)).toEqual(['ended']);
      expect((await store.list({}))[0]).toMatchObject({ spans: 1, durationMs: 1 });
      await store.saveSpans([rawSpan(1, { name: 'forged' })], origin);
      expect((await store.spans(traceId(1))).map(({ name }) => name)).toEqual(['ended']);
      expect((await store.trace(traceId(1)))?.gaps.map(({ code }) => code)).toContain('duplicate');
    });

    it('takes times that no store can hold as missing', async () => {
      const store = await opened(() => 1000);
      await store.saveSpans([rawSpan(1, { startUnixNano: (1n << 64n) - 1n, endUnixNano: null })], origin);
      expect((await store.list({}))[0]).toMatchObject({ startedAt: null, durationMs: null });
      expect((await store.trace(traceId(1)))?.gaps).toContainEqual(expect.objectContaining({ code: 'bad-time', spanId: spanId(1) }));
    });

    it('lists newest first, page by page, by agent, time, finding and words', async () => {
      const store = await opened();
      for (let number = 1; number <= 25; number += 1) {
        await store.saveSpans(
          [agentTrace(number, number % 2 ? 'desk' : 'clerk', number === 7 ? 'Ärger mit "AND" NEAR(x)' : 'nothing')],
          origin,
        );
      }
      const ids = async (filter: Parameters<typeof store.list>[0]) =>
        (await store.list(filter)).map((trace) => Number.parseInt(trace.traceId, 16));
      expect(await ids({ limit: 3 })).toEqual([25, 24, 23]);
      expect(await ids({ limit: 3, before: traceId(23) })).toEqual([22, 21, 20]);
      expect(await ids({ agent: 'clerk', limit: 2 })).toEqual([24, 22]);
      const second = (number: number) => Number(testStart / 1_000_000n) + number * 1000;
      expect(await ids({ since: second(3), until: second(6) })).toEqual([5, 4, 3]);
      expect(await ids({ text: 'ÄRGER and near x' })).toEqual([7]);
      expect(await ids({ text: '" OR nothing' })).toEqual([]);
      expect(await ids({ text: '***' })).toEqual([]);
      await store.saveAllScores(new Map([[traceId(4), [score('false-approval')]]]), 'judge');
      expect(await ids({ finding: 'false-approval' })).toEqual([4]);
      expect((await store.list({ finding: 'false-approval' }))[0]).toMatchObject({
        source: 'otlp',
        agent: 'clerk',
        findings: ['false-approval'],
      });
      expect((await Array.fromAsync(store.traces({ agent: 'desk' }))).map((trace) => trace.agent)).toEqual(Array(13).fill('desk'));
      expect(await Array.fromAsync(store.traces({ limit: 4 }))).toHaveLength(4);
    });

    it('reads many with their spans at once as it reads each of them, however large they are', async () => {
      const store = await opened();
      const spans = Array.from({ length: 30 }, (_, index) =>
        rawSpan(index + 1, {
          traceId: traceId((index % 7) + 1),
          attributes: { words: 'x'.repeat(index % 5 === 0 ? 200_000 : 10), 'gen_ai.agent.name': `desk ${index % 2}` },
          resource: { process: index % 3 },
          startUnixNano: index % 4 === 0 ? null : testStart + BigInt(index),
          events: index % 2 === 0 ? [] : [{ name: 'e', timeUnixNano: testStart, attributes: { n: index } }],
        }),
      );
      await store.saveSpans(spans, origin);
      for (const filter of [{}, { limit: 3 }, { agent: 'desk 1' }]) {
        const listed = await Promise.all(
          (await store.list(filter)).map(async (summary) => ({ summary, spans: await store.spans(summary.traceId) })),
        );
        expect(await Array.fromAsync(store.runs(filter))).toEqual(listed);
      }
      expect(await Array.fromAsync(store.runs({}))).toHaveLength(7);
      await store.close();
    });

    it('keeps the newest scores, their findings with them, and refuses scores of a trace that is not there', async () => {
      const store = await opened();
      await store.saveSpans([agentTrace(1)], origin);
      await store.saveAllScores(
        new Map([[traceId(1), [score('one'), { ...score('stale'), name: 'a scorer that the agent no longer has' }]]]),
        'judge',
      );
      expect((await store.list({}))[0]?.findings).toEqual(['one', 'stale']);
      await store.saveAllScores(new Map([[traceId(1), [score('two')]]]), 'judge');
      expect(await store.scores(traceId(1))).toEqual([score('two')]);
      expect((await store.list({}))[0]?.findings).toEqual(['two']);
      await expect(store.saveAllScores(new Map([[traceId(2), [score('one')]]]), 'judge')).rejects.toThrow(DocketError);
    });

    it('gives scores by their judge as long as the trace is what was judged', async () => {
      const store = await opened();
      await store.saveSpans([agentTrace(1), agentTrace(2)], origin);
      expect(await store.scoresBy(traceId(1), 'old')).toBeUndefined();
      await store.saveAllScores(
        new Map([
          [traceId(1), [score('one')]],
          [traceId(2), []],
        ]),
        'old',
      );
      expect(await store.scoresBy(traceId(1), 'old')).toEqual([score('one')]);
      expect(await store.scoresBy(traceId(2), 'old')).toEqual([]);
      expect(await store.scoresBy(traceId(1), 'new')).toBeUndefined();
      await store.saveSpans([agentTrace(1)], origin);
      expect(await store.scoresBy(traceId(1), 'old')).toEqual([score('one')]);
      await store.saveSpans([{ ...agentTrace(1), spanId: 'abcdef0123456789' }], origin);
      expect(await store.scoresBy(traceId(1), 'old')).toBeUndefined();
      expect(await store.scores(traceId(1))).toEqual([score('one')]);
    });

    it('searches what was saved after the last search, and no longer what was removed', async () => {
      const store = await opened();
      await store.saveSpans([agentTrace(1, 'desk', 'umbrella')], origin);
      expect(await store.list({ text: 'umbrella' })).toHaveLength(1);
      await store.saveSpans([agentTrace(2, 'desk', 'umbrella')], origin);
      expect(await store.list({ text: 'umbrella' })).toHaveLength(2);
      expect(await store.prune({ before: Number(testStart / 1_000_000n) + 2000 })).toEqual({ traces: 1, spans: 1 });
      expect((await store.list({ text: 'umbrella' })).map((trace) => trace.traceId)).toEqual([traceId(2)]);
    });

    it('is not held up by spans that are full of backslashes', async () => {
      const store = await opened();
      const attributes = { text: `${'\\'.repeat(30_000)} umbrella` };
      await store.saveSpans(
        Array.from({ length: 10 }, (_, index) => rawSpan(1, { traceId: traceId(index + 1), attributes })),
        origin,
      );
      expect(await store.list({ text: 'umbrella' })).toHaveLength(10);
    });

    it('finds words behind line breaks, escapes and a NUL, and folders that look like escapes', async () => {
      const store = await opened();
      const attributes = {
        plain: 'first\nsecond\tthird',
        nested: JSON.stringify({ text: 'fourth\nfifth', path: 'C:\\new\\report', ascii: 'Zo\u00eb' }).replace('\u00eb', '\\u00eb'),
      };
      await store.saveSpans([rawSpan(1, { name: 'before\u0000after', attributes })], origin);
      const found = async (text: string) => (await store.list({ text })).length;
      for (const word of ['before', 'after', 'first', 'second', 'third', 'fourth', 'fifth', 'new', 'report', 'Zoë'])
        expect([word, await found(word)]).toEqual([word, 1]);
      expect(await found('nsecond')).toBe(0);
    });

    it('remembers where importers stopped', async () => {
      const store = await opened();
      expect(await store.cursor('a')).toBeUndefined();
      await store.saveCursor('a', '1');
      await store.saveCursor('a', '2');
      expect(await store.cursor('a')).toBe('2');
    });

    it('answers a SELECT over the views, and says when it cut the rows', async () => {
      const place = await newPlace(true);
      const store = await place.open();
      await store.saveSpans([agentTrace(1), agentTrace(2), agentTrace(3, 'clerk')], origin);
      await store.saveAllScores(new Map([[traceId(3), [score('false-approval')]]]), 'judge');
      expect(await store.query('SELECT agent, count(*) AS n FROM traces GROUP BY agent ORDER BY n DESC; -- comment', limits)).toEqual({
        columns: ['agent', 'n'],
        rows: [
          ['desk', 2],
          ['clerk', 1],
        ],
        cut: false,
      });
      expect(await store.query('SELECT trace_id FROM spans', { ...limits, rows: 2 })).toMatchObject({ cut: true, rows: { length: 2 } });
      expect((await store.query(`SELECT name, pass, code FROM scores JOIN findings USING (trace_id)`, limits)).rows).toEqual([
        ['self-consistency', 0, 'false-approval'],
      ]);
      await store.close();
    });
  });
}
