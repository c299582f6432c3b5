import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { styleText } from 'node:util';
import { expect, test } from 'vitest';
import { runHere } from '../../src/cli/testing/run-here.ts';
import { terminalPicture, terminalThemes } from './terminal-picture.ts';
import { makeUnderwriterProject } from './underwriter-project.ts';

const styled = (style: Parameters<typeof styleText>[0], text: string) => styleText(style, text, { validateStream: false });

test('a terminal is drawn with its colours, weights and columns, and with what XML reserves', () => {
  const picture = terminalPicture(
    'a title',
    ` ${styled('bold', 'case')}  ${styled('red', '✗ 0/5')} <v1 & v2>\n\n${styled('dim', 'end')}`,
    terminalThemes.dark,
  );
  const texts = [...picture.matchAll(/<text x="([\d.]+)" y="(\d+)" textLength="([\d.]+)" fill="(#\w+)"([^>]*)>([^<]*)<\/text>/g)].map(
    (found) => found.slice(1),
  );
  expect(picture).toContain('<title>a title</title>');
  const { text, colours } = terminalThemes.dark;
  const plain = ' xml:space="preserve"';
  // A column is 7.8 wide, the margin 16, and a line 18 high.
  expect(texts).toEqual([
    ['23.8', '29', '31.2', text, ` font-weight="600"${plain}`, 'case'],
    ['70.6', '29', '39.0', colours[31], plain, '✗ 0/5'],
    ['117.4', '29', '70.2', text, plain, '&lt;v1 &amp; v2&gt;'],
    ['16.0', '65', '23.4', text, ` opacity="0.65"${plain}`, 'end'],
  ]);
});

test.each(['light', 'dark'])(
  "the README's %s picture says what its command prints; made anew by `node evals/docs/pictures.ts`",
  async (look) => {
    const picture = readFileSync(new URL(`pictures/eval-${look}.svg`, import.meta.url), 'utf8');
    const [command = '', ...shown] = [...picture.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
    // The cases that it shows: another one, wherever it stands among them, leaves it true.
    const cases = readdirSync(new URL('../../cases', import.meta.url)).filter((file) => shown.includes(file.replace('.json', '')));
    expect(cases).toHaveLength(5);
    const project = makeUnderwriterProject(cases);
    try {
      const words = command.replace('$ npx docket ', '').split(' ');
      const { stdout } = await runHere([...words, '--mode', 'simulated'], { directory: project });
      const printed = new Set(stdout.split(/\s+/));
      // How long it took differs, and how wide the rules are.
      const drawn = shown.filter((text) => !/^─|\d m?s\b/.test(text)).flatMap((text) => text.split(/\s+/));
      expect(drawn.length).toBeGreaterThan(50);
      expect(drawn.filter((word) => !printed.has(word))).toEqual([]);
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  },
);
