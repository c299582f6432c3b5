import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { runDocket } from '../testing/run-docket.ts';

const slow = { tags: ['slow'] };

test(
  'a saved case runs the evaluation again with the stored trials, a mistake in it is told and waited out, and Ctrl-C ends',
  slow,
  async () => {
    using project = fixtureProject();
    const save = (content: string | object) => project.writeCase('light', content);
    const seen: string[] = [];
    const ended = await runDocket(['eval', '--watch', '--trials', '2', '--versions', 'v2'], {
      directory: project.directory,
      onStart: (child) => {
        /** What is done once a text was printed, in this order. */
        const steps: [text: string, act: () => void][] = [
          ['Watching', () => save('{')],
          ['light.json changed.', () => {}],
          ['Watching', () => save(parcelCase('light', 6, true))],
          ['Watching', () => writeFileSync(join(project.directory, '.docket', 'unread.txt'), '')],
        ];
        let text = '';
        child.stderr?.on('data', (piece: string) => {
          text += piece;
          const [step] = steps;
          if (!step) return;
          const at = text.indexOf(step[0]);
          if (at < 0) return;
          text = text.slice(at + step[0].length);
          seen.push(step[0]);
          steps.shift();
          step[1]();
          if (steps.length === 0) setTimeout(() => child.kill('SIGINT'), 800);
        });
      },
    });
    expect(seen).toEqual(['Watching', 'light.json changed.', 'Watching', 'Watching']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('4 run, 0 reused');
    expect(ended.stdout).toContain('2 run, 2 reused');
    expect(ended.stderr).toContain('light.json');
    expect(ended.stderr).not.toContain('unread.txt');
  },
);
