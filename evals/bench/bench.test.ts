import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// The bench itself fails when a command does not do all the work it is given; how fast it was is for people to read.
// promptfoo's command line is left out here, because it needs seconds to start: it runs the same suite as its Node API.
test('npm run bench measures its rows, however few trials it is given', async () => {
  const words = ['--build', 'src', '--trials', '50', '--in-flight', '50', '--repeats', '1', '--scale', '0.00001'];
  const bench = fileURLToPath(new URL('bench.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    bench,
    ...words,
    '--only',
    'docket eval,vitest,Node API,start-up,scaling',
  ]);
  const rows = stdout.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const name of [
    'docket eval, empty store',
    'docket eval again: no model call',
    'vitest, nothing stored',
    'promptfoo, Node API, nothing stored',
    'docket eval over loopback: the real SDK and the rate limiter',
    'docket --help',
  ]) {
    const figures = rows.find((cells) => cells[1] === name)?.slice(2, 6) ?? [];
    expect(figures, name).toEqual(figures.map(() => expect.stringMatching(/^(?:[\d.]+(?: s| ms| MB)?|–)$/)));
    expect(figures, name).toHaveLength(4);
  }
  const scaling = rows.filter((cells) => /^\d+$/.test(cells[1] ?? ''));
  expect(scaling.map((cells) => cells.slice(1, 4))).toEqual([['1000', '1', '0.05 s']]);
}, 120_000);
