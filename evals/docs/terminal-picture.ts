/** Draws the output of a terminal as SVG, a theme each for light and dark pages. */

export interface TerminalTheme {
  readonly background: string;
  readonly text: string;
  /** By the number of the SGR code that `util.styleText` writes. */
  readonly colours: Readonly<Record<number, string>>;
}

export const terminalThemes: Readonly<Record<'light' | 'dark', TerminalTheme>> = {
  light: {
    background: '#f6f8fa',
    text: '#1f2328',
    colours: { 31: '#cf222e', 32: '#1a7f37', 33: '#9a6700', 34: '#0969da', 35: '#8250df', 36: '#1b7c83', 90: '#59636e' },
  },
  dark: {
    background: '#161b22',
    text: '#e6edf3',
    colours: { 31: '#ff7b72', 32: '#3fb950', 33: '#d29922', 34: '#58a6ff', 35: '#bc8cff', 36: '#39c5cf', 90: '#8b949e' },
  },
};

const columnWidth = 7.8;
const lineHeight = 18;
const padding = 16;

/** Draws text with SGR codes for colour, bold and dim; any other control code is a fault of the caller. */
export function terminalPicture(title: string, output: string, theme: TerminalTheme): string {
  const lines = output.trimEnd().split('\n');
  const columns = Math.max(...lines.map((line) => runsOf(line).reduce((sum, { text }) => sum + [...text].length, 0)));
  const width = Math.ceil(columns * columnWidth + 2 * padding);
  const height = lines.length * lineHeight + 2 * padding;
  const drawn = lines.map((line, index) => drawLine(line, padding + 13 + index * lineHeight, theme)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="13">
<title>${escapeXml(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${theme.background}"/>
${drawn}
</svg>
`;
}

interface Run {
  readonly text: string;
  readonly codes: ReadonlySet<number>;
}

function runsOf(line: string): Run[] {
  const codes = new Set<number>();
  const runs: Run[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR codes are what is read here.
  for (const piece of line.split(/(\x1b\[[\d;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
    const [, list] = /^\x1b\[([\d;]*)m$/.exec(piece) ?? [];
    if (list === undefined) {
      if (piece !== '') runs.push({ text: piece, codes: new Set(codes) });
      continue;
    }
    for (const code of list.split(';').map(Number)) {
      if (code === 0) codes.clear();
      else if (code === 22) {
        codes.delete(1);
        codes.delete(2);
      } else if (code === 39) for (const colour of [...codes].filter((each) => each >= 30)) codes.delete(colour);
      else codes.add(code);
    }
  }
  return runs;
}

/** Every run has its place and its length, so that columns stay columns in any font. */
function drawLine(line: string, y: number, { text: plain, colours }: TerminalTheme): string {
  let column = 0;
  const parts = runsOf(line).map(({ text, codes }) => {
    const start = text.length - text.trimStart().length;
    const shown = text.trim();
    const x = padding + (column + start) * columnWidth;
    column += [...text].length;
    if (shown === '') return '';
    const colour = [...codes].map((code) => colours[code]).find((each) => each !== undefined) ?? plain;
    const weight = codes.has(1) ? ' font-weight="600"' : '';
    const faint = codes.has(2) ? ' opacity="0.65"' : '';
    const length = ([...shown].length * columnWidth).toFixed(1);
    return `<text x="${x.toFixed(1)}" y="${y}" textLength="${length}" fill="${colour}"${weight}${faint} xml:space="preserve">${escapeXml(shown)}</text>`;
  });
  return parts.filter((part) => part !== '').join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
