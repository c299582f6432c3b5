import type { ComparedReport } from '../contracts/verdict.ts';
import { confusionTable } from './confusion-table.ts';
import { inertMarkdown, markdownTable } from './markdown-text.ts';
import { sideNames } from './words.ts';

/** What each side decided against what was right, where one of them says more than a pass rate: folded, for it is beside the verdict. */
export function confusionMarkdown(report: ComparedReport): string[] {
  const names = sideNames(report);
  return (['candidate', 'baseline'] as const).flatMap((side) => {
    const matrix = confusionTable(report[side].confusion);
    if (!matrix) return [];
    return [
      // GitHub reads no Markdown in a summary: what comes from anywhere stands below it.
      '<details><summary>What was decided</summary>',
      '',
      `${inertMarkdown(matrix.title)}, ${inertMarkdown(names[side])}:`,
      '',
      ...markdownTable(
        matrix.header.map((cell) => inertMarkdown(cell)),
        matrix.rows.map(({ name, cells }) => [
          inertMarkdown(name),
          ...cells.map(({ text, tone }) => (tone === 'right' || tone === 'none' ? text : `**${text}**`)),
        ]),
      ),
      '',
      ...(matrix.note ? [matrix.note, ''] : []),
      '</details>',
      '',
    ];
  });
}
