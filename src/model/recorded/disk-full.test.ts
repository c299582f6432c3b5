import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { converse } from '../testing/converse.ts';
import { trialContext } from '../testing/weather-simulator.ts';
import { recordedModel } from './recorded-model.ts';

it('a disk that is full while recording is told, and what was recorded before is intact', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'docket-full-'));
  try {
    const script = fileURLToPath(new URL('../testing/record-until-full.ts', import.meta.url));
    // A limit on the size of files, in blocks of 512 or 1024 bytes: the system refuses to write on, as a full disk does.
    const output = execFileSync('sh', ['-c', 'ulimit -f 16; exec "$@"', 'sh', process.execPath, script, directory], { encoding: 'utf8' });
    const report = JSON.parse(output) as { recorded: number; name: string; message: string };
    expect(report.recorded).toBeGreaterThan(1);
    expect(report.recorded).toBeLessThan(50);
    expect(report).toMatchObject({
      name: 'DocketError',
      message: expect.stringMatching(/the disk is full\. Answers recorded before are intact\. Free space/),
    });
    expect(readdirSync(directory)).toEqual([expect.stringMatching(/\.jsonl$/)]);
    for (let trialNumber = 1; trialNumber <= report.recorded; trialNumber += 1) {
      await expect(converse(recordedModel(directory), trialContext({ trialNumber }))).resolves.toHaveLength(2);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
