/**
 * Draws the loop as SVG from what is written here, a theme each for light and dark pages.
 *
 *     node evals/docs/loop-picture.ts
 */
import { writeFileSync } from 'node:fs';
import { type TerminalTheme, terminalThemes } from './terminal-picture.ts';

interface Step {
  readonly title: string;
  /** Commands below it, or what a person does. */
  readonly lines: readonly string[];
  /** True where a person decides. */
  readonly person?: true;
}

/** In the order of the loop: the upper row from left to right, the lower one back. */
export const loopSteps: readonly Step[] = [
  { title: 'Deploy', lines: ['docket serve-agent', 'docket decide --lines'] },
  { title: 'Observe', lines: ['docket traces score', 'docket traces summary'] },
  { title: 'Plan', lines: ['docket improve', 'changes that promise'] },
  { title: 'Review', lines: ['docket cases draft', 'docket cases review'], person: true },
  { title: 'Draft', lines: ['docket version draft', 'one change a commit'] },
  { title: 'Try', lines: ['docket version try', 'promises kept or broken'] },
  { title: 'Judge', lines: ['docket gate', 'did anything get worse?'] },
  { title: 'Merge', lines: ['git merge', 'nobody else can'], person: true },
];

const box = { width: 206, height: 84, gap: 38, padding: 14 } as const;
const perRow = loopSteps.length / 2;

/** The picture in one theme. */
export function loopPicture({ background, text, colours }: TerminalTheme): string {
  const [machine, person, line] = [colours[34], colours[35], colours[90]];
  const { width, height, gap, padding } = box;
  const pictureWidth = perRow * width + (perRow - 1) * gap + 2 * padding;
  const pictureHeight = 2 * height + gap + 2 * padding;
  const placeOf = (index: number) => {
    const column = index < perRow ? index : loopSteps.length - 1 - index;
    return { x: padding + column * (width + gap), y: padding + (index < perRow ? 0 : height + gap) };
  };
  const arrow = (x1: number, y1: number, x2: number, y2: number) =>
    `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${line}" stroke-width="1.5" marker-end="url(#end)"/>`;
  const boxes = loopSteps.map(({ title, lines, person: decides }, index) => {
    const { x, y } = placeOf(index);
    const colour = decides ? person : machine;
    const label = decides ? `${title} (a person)` : title;
    const texts = lines.map(
      (each, row) => `<text x="${x + 14}" y="${y + 48 + 18 * row}" font-size="12.5" fill="${text}">${escaped(each)}</text>`,
    );
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="none" stroke="${colour}" stroke-width="1.5"${decides ? ' stroke-dasharray="6 4"' : ''}/>
<text x="${x + 14}" y="${y + 26}" font-size="14" font-weight="600" fill="${colour}">${escaped(label)}</text>
${texts.join('\n')}`;
  });
  const arrows = loopSteps.map((_, index) => {
    const [from, to] = [placeOf(index), placeOf((index + 1) % loopSteps.length)];
    const [middleOf, centreOf] = [(place: typeof from) => place.y + height / 2, (place: typeof from) => place.x + width / 2];
    if (from.x === to.x) {
      const down = to.y > from.y;
      return arrow(centreOf(from), down ? from.y + height : from.y, centreOf(to), down ? to.y : to.y + height);
    }
    const right = to.x > from.x;
    return arrow(right ? from.x + width : from.x, middleOf(from), right ? to.x : to.x + width, middleOf(to));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${pictureWidth} ${pictureHeight}" width="${pictureWidth}" height="${pictureHeight}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace">
<title>${escaped(loopSteps.map(({ title }) => title).join(', '))}, and again</title>
<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="${line}"/></marker></defs>
<rect width="100%" height="100%" rx="8" fill="${background}"/>
${[...arrows, ...boxes].join('\n')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** Both, by the names of their files. */
export function loopPictures(): Readonly<Record<string, string>> {
  return { 'loop-light.svg': loopPicture(terminalThemes.light), 'loop-dark.svg': loopPicture(terminalThemes.dark) };
}

if (import.meta.main)
  for (const [name, picture] of Object.entries(loopPictures())) writeFileSync(new URL(`pictures/${name}`, import.meta.url), picture);
