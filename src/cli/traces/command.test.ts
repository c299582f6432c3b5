import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openTraceStore } from '../../traces/store/open-trace-store.ts';
import { otlpTrace } from '../../traces/testing/generate-spans.ts';
import { rawSpan, spanId, traceId } from '../../traces/testing/raw-span.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const project = fixtureProject();
const { directory } = project;
const database = join(directory, '.docket', 'traces.db');
afterAll(() => project[Symbol.dispose]());

function otlpLines(traces: number): string {
  return Array.from({ length: traces }, (_, number) => `${JSON.stringify(otlpTrace(number))}\n`).join('');
}

describe('docket traces', () => {
  it('says how to get traces when there are none, and makes no store by reading', async () => {
    const { code, stderr } = await runHere(['traces', 'ls'], { directory });
    expect(code).toBe(2);
    expect(stderr).toContain('docket traces import');
    expect(existsSync(database)).toBe(false);
  });

  it('imports a file once, lists, shows, searches, queries and prunes', async () => {
    const run = (...words: string[]) => runHere(['traces', ...words], { directory });
    writeFileSync(join(directory, 'spans.jsonl'), otlpLines(3));
    expect((await run('import', 'spans.jsonl')).stdout).toContain('15 new spans, 0 known');
    expect((await run('import', 'spans.jsonl')).stdout).toContain('0 new spans, 0 known, from byte');
    expect(JSON.parse((await run('import', 'spans.jsonl', '--again', '--json')).stdout)).toMatchObject({
      kind: 'import',
      added: 0,
      known: 15,
    });
    expect((await run('ls', '--limit', '1')).stdout).toMatch(/2025-10-09 08:53:22 +000000000000 +10 ms +pydantic-ai +underwriter +5/);
    const listed = await run('ls', '--limit', '2');
    expect(listed.stdout.match(/pydantic-ai/g)).toHaveLength(2);
    expect(listed.stderr).toContain(`--before ${traceId(2)}`);
    expect(JSON.parse((await run('ls', '--text', 'customer 1', '--json')).stdout).traces).toMatchObject([{ traceId: traceId(2) }]);
    expect((await run('ls', '--agent', 'nobody')).stderr).toContain('No traces match.');
    const shown = (await run('show', traceId(1))).stdout;
    expect(shown).toContain('asked     Please decide on the application of customer 0');
    expect(shown).toContain('decision  {"decision":"APPROVED","max_loan":0}');
    expect(shown).toMatch(/ {2}◆ claude-sonnet-4-6 3 ms 901 → 80 tokens\n.*‹ assistant: calls calc_dti/);
    expect(shown).toMatch(/ {2}▸ calc_dti 4 ms\n.*‹ \{"income":40000,"debt":0\}\n.*› \{"dti":0\}/);
    expect(shown).toContain('! input-incomplete');
    expect(JSON.parse((await run('show', traceId(1), '--json')).stdout).trace.spans).toHaveLength(5);
    expect(JSON.parse((await run('show', traceId(1), '--raw')).stdout).spans[0]).toMatchObject({ startUnixNano: '1760000000000000000' });
    expect((await run('show', '0000')).stderr).toContain('Several traces begin with 0000');
    expect((await run('show', 'feed')).stderr).toContain('There is no trace "feed"');
    expect((await run('query', 'SELECT agent, count(*) AS n FROM traces GROUP BY agent')).stdout).toMatch(/underwriter +3/);
    expect((await run('query', 'DELETE FROM span_rows')).code).toBe(2);
    expect((await run('prune')).code).toBe(2);
    expect((await run('prune', '--older-than', '2025-10-09T08:53:22Z')).stdout).toContain('2 traces removed, 10 spans');
    expect(JSON.parse((await run('ls', '--json')).stdout).traces).toHaveLength(1);
  });

  it('says what is wrong with a query, an id or a file on one line, whatever stands in it', async () => {
    const lines = '✓ all fine\n\u001B[2J';
    for (const words of [
      ['query', `SELECT * FROM "a\n${lines}"`],
      ['query', `SELECT '\n${lines}`],
      ['show', `x\n${lines}`],
      ['import', `x\n${lines}`],
    ]) {
      const { code, stderr } = await runHere(['traces', ...words], { directory });
      expect([code, stderr.trimEnd().split('\n').length], words.join(' ')).toEqual([2, 1]);
      expect(stderr).not.toContain('\u001B');
    }
  });

  it('says with the exit code that something could not be read', async () => {
    writeFileSync(join(directory, 'bad.jsonl'), `${otlpLines(1)}nonsense\n`);
    const { code, stderr } = await runHere(['traces', 'import', 'bad.jsonl'], { directory });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/bad\.jsonl: 1 record could not be read.*\n.*1× The body is not JSON\. \(line 2\)/),
    ]);
  });

  it('prints what a hostile trace says without obeying it', async () => {
    using hostile = fixtureProject();
    const store = openTraceStore(join(hostile.directory, '.docket', 'traces.db'));
    const evil = '\u001b]0;owned\u0007\u001b[2J\u202Egnp\r\nexit';
    await store.saveSpans(
      [
        rawSpan(1, {
          name: evil,
          scope: 'docket',
          statusCode: 'error',
          statusMessage: evil,
          attributes: {
            'gen_ai.operation.name': 'invoke_agent',
            'gen_ai.agent.name': evil,
            'docket.decision': JSON.stringify({ [evil]: evil }),
          },
        }),
        rawSpan(2, {
          scope: 'docket',
          attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': evil, 'gen_ai.tool.call.result': evil },
        }),
        rawSpan(3, { name: evil, parentSpanId: spanId(77) }),
      ],
      { source: 'otlp' },
    );
    await store.close();
    const outputs = await Promise.all(
      [
        ['ls'],
        ['show', traceId(1)],
        ['show', traceId(1), '--full'],
        ['show', traceId(1), '--json'],
        ['query', 'SELECT name, attributes FROM spans'],
      ].map((words) => runHere(['traces', ...words], hostile)),
    );
    for (const { code, stdout } of outputs) {
      expect(code).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
      expect(stdout).not.toMatch(/[\u001b\u0007\r\u202E]/);
    }
  });
});

describe('docket traces serve', () => {
  it('keeps everything that it acknowledged when it is killed', async () => {
    using killed = fixtureProject();
    const acknowledged: string[] = [];
    const ended = await runDocket(['traces', 'serve', '--port', '0'], {
      directory: killed.directory,
      onStart: (child) => {
        child.stdout?.once('data', async (text: string) => {
          const url = text.trim().split('=')[1];
          const senders = Array.from({ length: 4 }, async (_, sender) => {
            for (let number = 0; number < 500; number += 1) {
              const answer = await fetch(`${url}/v1/traces`, {
                method: 'POST',
                headers: { 'content-type': 'application/json' },
                body: JSON.stringify(otlpTrace(sender * 1000 + number)),
              }).catch(() => undefined);
              if (answer?.status !== 200) return;
              acknowledged.push(traceId(sender * 1000 + number + 1));
              // In the midst of what the other senders have under way.
              if (acknowledged.length === 60) child.kill('SIGKILL');
            }
          });
          await Promise.all(senders);
        });
      },
    });
    expect(ended.code).toBeNull();
    const store = openTraceStore(join(killed.directory, '.docket', 'traces.db'));
    const stored = await store.list({ limit: 10_000 });
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);
    expect(stored.map((trace) => trace.traceId)).toEqual(expect.arrayContaining(acknowledged));
    expect(stored.every(({ spans }) => spans === 5)).toBe(true);
    await store.close();
  });

  it('ends at Ctrl-C with what came in, and needs a token where others can reach it', async () => {
    using served = fixtureProject();
    const ended = await runDocket(['traces', 'serve', '--port', '0', '--host', '0.0.0.0'], {
      directory: served.directory,
      environment: { DOCKET_TRACES_TOKEN: 'secret-token' },
      onStart: (child) => {
        child.stdout?.once('data', async (text: string) => {
          const url = text.trim().split('=')[1]?.replace('0.0.0.0', '127.0.0.1');
          const post = (headers: Record<string, string>) =>
            fetch(`${url}/v1/traces`, {
              method: 'POST',
              headers: { 'content-type': 'application/json', ...headers },
              body: JSON.stringify(otlpTrace(1)),
            });
          await post({});
          await post({ authorization: 'Bearer secret-token' });
          child.kill('SIGINT');
        });
      },
    });
    expect(ended.stderr).toMatch(/5 spans of 1 trace; the newest: docket traces show [0-9a-f]{12}\n/);
    expect(ended.stderr).toContain('5 new spans, 0 known, 0 rejected; 1 request refused.');
    expect(ended.stdout + ended.stderr).not.toContain('secret-token');
    expect(ended.code).toBe(0);
    const open = await runDocket(['traces', 'serve', '--port', '0', '--host', '0.0.0.0'], { directory: served.directory });
    expect([open.code, open.stderr]).toEqual([2, expect.stringContaining('DOCKET_TRACES_TOKEN')]);
  });
});
