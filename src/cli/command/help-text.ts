import { displayWidth, wrapTo } from '../terminal/display-width.ts';

/**
 * Fits a help text, which is written for a wide terminal, into so many columns. A paragraph is filled anew; of indented lines each part
 * (a command and what it does, an exit code with its meaning) gets a line of its own, and what stands beside a short name goes on below
 * itself. What fits stays as it is.
 */
export function fitHelp(text: string, columns: number): string {
  return blocksOf(text.split('\n'))
    .flatMap((block) => {
      if (block.every((line) => displayWidth(line) <= columns)) return block;
      if (/^\S/.test(block[0] ?? '')) return wrapTo(block.join(' '), columns);
      return /^ +\d/.test(block[0] ?? '') ? exitCodeLines(block, columns) : block.flatMap((line) => commandLines(line, columns));
    })
    .join('\n');
}

/** Neighbouring lines that are all indented or all not; an empty line is a block of its own. */
function blocksOf(lines: readonly string[]): string[][] {
  const kindOf = (line: string) => (line === '' ? 'empty' : line.startsWith(' ') ? 'indented' : 'plain');
  const blocks: string[][] = [];
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (before !== undefined && before !== '' && kindOf(before) === kindOf(line)) blocks.at(-1)?.push(line);
    else blocks.push([line]);
  }
  return blocks;
}

/** Exit codes stand side by side, and a meaning may go on in the next line. */
function exitCodeLines(block: readonly string[], columns: number): string[] {
  const codes = block.map((line) => line.replace(/^ +/, (indent) => (/^ +\d/.test(line) ? `${indent}  ` : ' '))).join('');
  return codes
    .trim()
    .split(/ {2,}/)
    .flatMap((code) => hanging(code, 2, columns));
}

function commandLines(line: string, columns: number): string[] {
  if (displayWidth(line) <= columns) return [line];
  const indent = line.length - line.trimStart().length;
  const [command = '', ...comments] = line.trim().split(/ {2,}/);
  const [comment] = comments;
  const column = comment === undefined ? columns : line.indexOf(comment);
  if (comment !== undefined && comments.length === 1 && column <= columns / 3)
    return wrapTo(comment, columns - column).map((piece, index) => (index === 0 ? line.slice(0, column) : ' '.repeat(column)) + piece);
  return [...hanging(command, indent, columns), ...comments.flatMap((comment) => hanging(comment, indent + 4, columns))];
}

/** Wrapped, with what does not fit on the first line two columns further in. */
function hanging(text: string, indent: number, columns: number): string[] {
  return wrapTo(text, columns - indent - 2).map((piece, index) => ' '.repeat(indent + (index > 0 ? 2 : 0)) + piece);
}
