import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { recoveredTable } from '../testing/recovered-table.ts';
import { fixture } from '../testing/vendor-answers.ts';
import { logfireColumns } from '../vendors/logfire/import.ts';

const table = new URL('../fixtures/RECOVERED.md', import.meta.url);

describe('the vendors’ files', async () => {
  it('are recovered as far as RECOVERED.md says', async () => {
    const made = await recoveredTable();
    if (process.env.UPDATE_RECOVERED) writeFileSync(table, made);
    expect(made).toBe(readFileSync(table, 'utf8'));
    expect(made).not.toContain('undefined');
  });

  it('are read with columns that Logfire has', async () => {
    const packed = /!!binary \|\n((?: {8}.*\n)+)/.exec(fixture('logfire-schemas.yaml'))?.[1] ?? '';
    const { tables } = JSON.parse(gunzipSync(Buffer.from(packed.replace(/\s/g, ''), 'base64')).toString()) as {
      tables: { name: string; schema: Record<string, unknown> }[];
    };
    const known = Object.keys(tables.find(({ name }) => name === 'records')?.schema ?? {});
    expect(known).toEqual(expect.arrayContaining([...logfireColumns]));
  });
});
