import { appendFileSync, copyFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DocketError } from '../../contracts/docket-error.ts';
import { requestType } from '../otlp/trace-schema.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { otlpTrace } from '../testing/generate-spans.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { importOtlpFile } from './otlp-file.ts';

const signal = new AbortController().signal;
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${JSON.stringify(otlpTrace(from + index))}\n`).join('');

/** A message of one span in protobuf. */
function message(number: number): Buffer {
  const span = { traceId: Buffer.alloc(16, number), spanId: Buffer.alloc(8, number), name: Buffer.from('n') };
  return Buffer.from(requestType.encode(requestType.fromObject({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })).finish());
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

describe('importOtlpFile', () => {
  it('reads JSON lines once, and goes on where a file has grown', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(':memory:');
    const file = folder.file('spans.jsonl');
    writeFileSync(file, `${lines(0, 3)}\n\n`);
    expect(await importOtlpFile(file, store, signal)).toMatchObject({ added: 15, known: 0, resumedAt: 0, unreadable: 0, reason: null });
    const before = await store.list({});
    expect(await importOtlpFile(file, store, signal)).toMatchObject({ added: 0, known: 0, bytes: 0 });
    const half = lines(3, 4).slice(0, 100);
    appendFileSync(file, half);
    expect(await importOtlpFile(file, store, signal)).toMatchObject({ added: 0, unreadable: 1 });
    appendFileSync(file, `${lines(3, 4).slice(100)}${lines(4, 6).trimEnd()}`);
    expect(await importOtlpFile(file, store, signal)).toMatchObject({ added: 15, known: 0, unreadable: 0 });
    expect(await store.list({})).toHaveLength(6);
    expect(await importOtlpFile(file, store, signal, { again: true })).toMatchObject({ added: 0, known: 30, resumedAt: 0 });
    expect((await store.list({})).slice(-3)).toEqual(before);
  });

  it('has stored its place when it ends, and says where it could not, but not over what ended the import', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(':memory:');
    const file = folder.file('spans.jsonl');
    writeFileSync(file, lines(0, 3));
    const keeping = (saveCursor: TraceStore['saveCursor']) =>
      ({
        cursor: (importer) => store.cursor(importer),
        saveSpans: (...words) => store.saveSpans(...words),
        saveCursor,
      }) as TraceStore;
    const slow = keeping((...words) => new Promise((resolve) => setTimeout(resolve, 10)).then(() => store.saveCursor(...words)));
    await importOtlpFile(file, slow, signal);
    expect(await importOtlpFile(file, store, signal)).toMatchObject({ added: 0, known: 0 });
    const lost = keeping(() => Promise.reject(new DocketError('No place.')));
    appendFileSync(file, lines(3, 4));
    await expect(importOtlpFile(file, lost, signal)).rejects.toThrow('No place.');
    const stopped = AbortSignal.abort(new Error('Stopped.'));
    await expect(importOtlpFile(file, lost, stopped, { again: true })).rejects.toThrow('Stopped.');
  });

  it.each([
    ['as long', 3],
    ['longer', 7],
  ])('reads another file of the same name from its beginning, when it begins alike and is %s', async (_, count) => {
    using folder = temporaryFolder();
    // What a resource says of itself fills the beginning of every file of one service.
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'service'.repeat(100) } }] };
    const record = (number: number) => {
      const { resourceSpans } = otlpTrace(number) as { resourceSpans: object[] };
      return JSON.stringify({ resourceSpans: resourceSpans.map((spans) => Object.assign({ resource: null }, spans, { resource })) });
    };
    const records = (from: number, to: number) =>
      Buffer.from(Array.from({ length: to - from }, (_, index) => `${record(from + index)}\n`).join(''));
    for (const [name, packed] of [['spans.jsonl', (bytes: Buffer) => bytes] as const, ['spans.jsonl.gz', gzipSync] as const]) {
      const store = openTraceStore(':memory:');
      writeFileSync(folder.file(name), packed(records(10, 13)));
      expect(await importOtlpFile(folder.file(name), store, signal), name).toMatchObject({ added: 15 });
      expect(await importOtlpFile(folder.file(name), store, signal), name).toMatchObject({ added: 0, known: 0, bytes: 0 });
      writeFileSync(folder.file(name), packed(records(20, 20 + count)));
      expect(await importOtlpFile(folder.file(name), store, signal), name).toMatchObject({ added: 5 * count, known: 0, resumedAt: 0 });
    }
  });

  it('reads protobuf after its length, a bare message, one printed JSON message, and each as gzip', async () => {
    using folder = temporaryFolder();
    const printed = fileURLToPath(new URL('../dialects/fixtures/otlp-spec-example.json', import.meta.url));
    const files: readonly (readonly [string, Buffer, number])[] = [
      ['framed.pb', Buffer.concat([framed(message(1)), framed(message(2)), framed(message(3))]), 3],
      ['bare.pb', message(4), 1],
      ['spans.jsonl', Buffer.from(lines(0, 2)), 10],
      ['one.json', Buffer.from(JSON.stringify(otlpTrace(9))), 5],
    ];
    for (const [name, bytes, spans] of files) {
      for (const [file, content] of [[name, bytes] as const, [`${name}.gz`, gzipSync(bytes)] as const]) {
        writeFileSync(folder.file(file), content);
        const store = openTraceStore(':memory:');
        expect(await importOtlpFile(folder.file(file), store, signal), file).toMatchObject({
          added: spans,
          unreadable: 0,
          bytes: bytes.length,
        });
        expect(await importOtlpFile(folder.file(file), store, signal), file).toMatchObject({ added: 0, known: 0 });
      }
    }
    copyFileSync(printed, folder.file('printed.json'));
    const store = openTraceStore(':memory:');
    expect(await importOtlpFile(folder.file('printed.json'), store, signal)).toMatchObject({ added: 1, unreadable: 0 });
    expect((await store.list({}))[0]).toMatchObject({ traceId: '5b8efff798038103d269b633813fc60c', root: null });
  });

  it('counts what it cannot read and goes on after it', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(':memory:');
    const bad = JSON.stringify(otlpTrace(1)).replaceAll(/"spanId":"[0-9a-f]+"/g, '"spanId":"0"');
    writeFileSync(folder.file('spans.jsonl'), `${lines(0, 1)}{"resourceSpans": nonsense}\n${bad}\n${lines(2, 3)}`);
    expect(await importOtlpFile(folder.file('spans.jsonl'), store, signal)).toMatchObject({
      added: 10,
      rejected: 5,
      unreadable: 1,
      reason: 'The body is not JSON.',
    });
  });

  it('counts records that are something else than traces', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(':memory:');
    writeFileSync(folder.file('mixed.jsonl'), `{"resourceLogs":[]}\n{"resourceSpans":[]}\n{}\n${lines(0, 1)}{"resourceMetrics":[]}\n`);
    expect(await importOtlpFile(folder.file('mixed.jsonl'), store, signal)).toMatchObject({
      added: 5,
      unreadable: 1,
      reason: expect.stringContaining('no "resourceSpans"'),
    });
  });

  it('refuses a file that holds no traces at all, each time, and one that cannot be read', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(':memory:');
    const exported = fileURLToPath(new URL('../fixtures/pydantic-ai-2025-06-06.trace.json', import.meta.url));
    for (let time = 1; time <= 2; time += 1)
      await expect(importOtlpFile(exported, store, signal)).rejects.toThrow(/--help names the other formats/);
    writeFileSync(folder.file('other.pb'), framed(Buffer.from([0x1a, 0x01, 0x41])));
    await expect(importOtlpFile(folder.file('other.pb'), store, signal)).rejects.toThrow(/no "resourceSpans"/);
    writeFileSync(folder.file('words.txt'), 'These are words, not traces. '.repeat(10));
    await expect(importOtlpFile(folder.file('words.txt'), store, signal)).rejects.toThrow(DocketError);
    writeFileSync(folder.file('cut.jsonl.gz'), gzipSync(lines(0, 200)).subarray(0, 3000));
    await expect(importOtlpFile(folder.file('cut.jsonl.gz'), store, signal)).rejects.toThrow(/cannot be read to its end/);
    await expect(importOtlpFile(folder.file('none'), store, signal)).rejects.toThrow(/ENOENT/);
    await expect(importOtlpFile(folder.path, store, signal)).rejects.toThrow(DocketError);
  });

  it('goes on where it was stopped', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(':memory:');
    const file = folder.file('spans.jsonl');
    writeFileSync(file, lines(0, 3000));
    const abort = new AbortController();
    const stopped = importOtlpFile(file, store, abort.signal, { onProgress: () => abort.abort(new Error('Ctrl-C')) });
    await expect(stopped).rejects.toThrow('Ctrl-C');
    const stored = (await store.list({ limit: 10_000 })).length;
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(3000);
    const rest = await importOtlpFile(file, store, signal);
    expect(rest).toMatchObject({ added: 15_000 - stored * 5, known: 0, resumedAt: expect.any(Number) });
    expect(rest.resumedAt).toBeGreaterThan(0);
  });
});
