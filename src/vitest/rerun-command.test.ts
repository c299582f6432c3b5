import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { docketCommand, vitestCommand } from './rerun-command.ts';

test('plain names stay readable', () => {
  expect(vitestCommand('evals/underwriter.eval.ts', 'version-2', '')).toBe("npx vitest run evals/underwriter.eval.ts -t '^version-2$'");
  expect(vitestCommand('evals/a.eval.ts', 'b', 'auto')).toMatch(/^DOCKET_EVALS_MODE=auto npx vitest run /);
  expect(docketCommand('v1/v2', '01-a', 5, 'simulated')).toBe('npx docket eval --versions v1/v2 --case 01-a --trials 5 --mode simulated');
});

test('whatever a test is called, a shell hands vitest a pattern that matches this name and not a longer one', () => {
  const names = fc.array(fc.string({ minLength: 1, unit: fc.constantFrom(...'aZ 0\'"$`\\(){}[]|*+?.^>-!;&~#%') }), {
    minLength: 25,
    maxLength: 25,
  });
  fc.assert(
    fc.property(names, (fullTestNames) => {
      const commands = fullTestNames.map((name) => vitestCommand('a.eval.ts', name, '').replace('npx vitest run', "printf '%s\\n'"));
      const lines = execFileSync('/bin/sh', ['-c', commands.join('\n')], { encoding: 'utf8' }).split('\n');
      for (const [index, name] of fullTestNames.entries()) {
        expect(lines.slice(index * 3, index * 3 + 2)).toEqual(['a.eval.ts', '-t']);
        const pattern = new RegExp(lines[index * 3 + 2] ?? '');
        expect(name).toMatch(pattern);
        expect(`${name}x`).not.toMatch(pattern);
      }
    }),
    { numRuns: 20 },
  );
});
