import { personalIn } from '../../src/review/redact-text.ts';
import { parts, readCorpus, type Sentence } from './corpus.ts';

/** How well the detectors do on the corpus: `node evals/redaction/measure.ts`; `--misses` names the sentences of the tuned part that went wrong. */

/** Kinds of detectors that the corpus calls otherwise. */
const called: Readonly<Record<string, string>> = { ssn: 'national-id' };

interface Count {
  marked: number;
  found: number;
  right: number;
  said: number;
}

function measure(sentences: readonly Sentence[], missed: (line: string) => void): Map<string, Count> {
  const counts = new Map<string, Count>();
  const of = (kind: string): Count => {
    const count = counts.get(kind) ?? { marked: 0, found: 0, right: 0, said: 0 };
    counts.set(kind, count);
    return count;
  };
  for (const { text, marked } of sentences) {
    const said = personalIn(text);
    for (const { kind, start, end } of marked) {
      // Found is what leaves nothing behind, whatever it was taken for.
      const left = [...text.slice(start, end)].filter(
        (sign, index) => /[\p{L}\p{N}]/u.test(sign) && !said.some((one) => one.start <= start + index && start + index < one.end),
      );
      const count = of(kind);
      count.marked += 1;
      if (left.length === 0) count.found += 1;
      else missed(`left ${kind}: ${text.slice(start, end)} in: ${text}`);
    }
    for (const { kind, start, end } of said) {
      const count = of(called[kind] ?? kind);
      count.said += 1;
      if (marked.some((one) => one.start < end && start < one.end)) count.right += 1;
      else missed(`took ${kind}: ${text.slice(start, end)} in: ${text}`);
    }
  }
  return counts;
}

const share = (part: number, whole: number) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(0)} %`);

/** The two tables, and under the first what went wrong where `misses` asks for it. */
export function measuredLines(misses: boolean): string[] {
  return parts.flatMap((part) => {
    const sentences = readCorpus(part);
    const harmless = sentences.filter(({ marked }) => marked.length === 0);
    const wrong: string[] = [];
    const counts = [...measure(sentences, (line) => wrong.push(line))].sort(([one], [other]) => (one < other ? -1 : 1));
    const all = { marked: 0, found: 0, right: 0, said: 0 };
    for (const [, count] of counts) for (const key of ['marked', 'found', 'right', 'said'] as const) all[key] += count[key];
    const touched = harmless.filter(({ text }) => personalIn(text).length > 0).length;
    return [
      `${part}: ${sentences.length} sentences, ${harmless.length} of them harmless`,
      'kind          marked  found  recall  taken  wrongly  precision',
      ...[...counts, ['all', all] as const].map(
        ([kind, { marked, found, right, said }]) =>
          `${kind.padEnd(12)} ${String(marked).padStart(7)} ${String(found).padStart(6)} ${share(found, marked).padStart(7)} ${String(said).padStart(6)} ${String(said - right).padStart(8)} ${share(right, said).padStart(10)}`,
      ),
      `harmless sentences that were changed: ${touched} of ${harmless.length}`,
      ...(misses && part === 'tuned' ? wrong : []),
      '',
    ];
  });
}

if (import.meta.main) console.log(measuredLines(process.argv.includes('--misses')).join('\n'));
