import type { Random } from '../../stats/random.ts';

/**
 * Proposes offline, in the place of a model: mostly one of the changes that the detectors suggest, now and then a rule less or a phrase more, which help nobody. It
 * reads the question alone, and is called simulated wherever it is named.
 */
export function simulatedProposal(message: string, random: Random): string {
  const { prompt, tried, ...shown } = JSON.parse(message) as {
    readonly prompt: string;
    readonly tried: readonly { readonly why: string }[];
    readonly suggestions: readonly { readonly before: string; readonly after: string }[];
  };
  const luck = random();
  const suggestions = shown.suggestions.filter(({ after }) => !tried.some(({ why }) => why.includes(after)));
  const chosen = suggestions[Math.floor(random() * suggestions.length)];
  if (chosen && luck < 0.75) return answer(withChange(prompt, chosen), `simulated proposer: ${chosen.after}`);
  const lines = prompt.split('\n');
  const rules = [...lines.keys()].filter((at) => /^\s*(?:\d+[.)]|[-*+])\s/.test(lines[at] ?? ''));
  const gone = rules[Math.floor(random() * rules.length)];
  if (gone !== undefined && luck < 0.9)
    return answer(lines.toSpliced(gone, 1).join('\n'), `simulated proposer: a rule less, "${lines[gone]?.trim()}"`);
  return answer(`${prompt}\n\nThink step by step.`, 'simulated proposer: more thought');
}

/** A rule in the place of another one, or behind the last, as the list counts. */
function withChange(prompt: string, { before, after }: { readonly before: string; readonly after: string }): string {
  if (before !== '' && prompt.includes(before)) return prompt.replace(before, () => after);
  const lines = prompt.trimEnd().split('\n');
  const last = lines.findLastIndex((line) => /^\s*(?:\d+[.)]|[-*+])\s/.test(line));
  const mark = /^(\s*)(?:(\d+)([.)])|([-*+]))\s/.exec(lines[last] ?? '');
  const item = mark?.[2] === undefined ? (mark ? `${mark[1]}${mark[4]} ` : '') : `${mark[1]}${Number(mark[2]) + 1}${mark[3]} `;
  return lines.toSpliced(last < 0 ? lines.length : last + 1, 0, `${item}${after}`).join('\n');
}

function answer(prompt: string, why: string): string {
  return JSON.stringify({ prompt, why });
}
