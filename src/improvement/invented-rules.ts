import { numbersIn } from '../text/numbers-in.ts';
import type { SpokenRun } from './spoken-run.ts';

/** Words of a rule with a border. */
const ruleWords =
  /\b(?:minimum|maximum|cap|limit|floor|ceiling|threshold|cut-?off|requirement|guideline|policy|rule|no more than|at least|at most)\b/i;
/** Appeals to what others do. */
const custom =
  /\b(?:most (?:lenders|insurers|companies|banks|firms|merchants|people)|industry (?:standard|practice|norm)|standard practice|best practice|common practice|rule of thumb|as a rule|usual(?:ly)?|typical(?:ly)?|conventional(?:ly)?|generally accepted)\b/i;
const denied =
  /\b(?:no|not|never|without|neither|isn't|aren't|doesn't|don't|regardless of)\b[^;,]{0,40}\b(?:minimum|maximum|floor|cut-?off|cap|limit|rule|requirement|threshold)\b/i;

/** A sentence that appeals to a rule which nobody gave, with the number that gives it away. */
export interface InventedRule {
  readonly sentence: string;
  /** As written; empty where the rule has none. */
  readonly number: string;
}

/** Rules that the words of a run appeal to and that neither prompt, tools, input nor policy have. */
export function inventedRules(reading: SpokenRun): InventedRule[] {
  if (!reading.hasSources) return [];
  return reading.sentences.flatMap((sentence) => {
    if (denied.test(sentence)) return [];
    for (const clause of sentence.split(/;|, (?!\d)|:\s/)) {
      if (!ruleWords.test(clause)) continue;
      const unknown = numbersIn(clause).find(
        ({ value, index, text }) => nearRule(clause, index, text) && !reading.sources.some((source) => source.value === value),
      );
      if (unknown && (custom.test(sentence) || isBorder(clause))) return [{ sentence, number: unknown.text.trim() }];
      if (
        !unknown &&
        custom.test(clause) &&
        numbersIn(clause).length === 0 &&
        /\b(?:minimum|maximum|cap|limit|floor|cut-?off|threshold)\b/i.test(clause)
      )
        return [{ sentence, number: '' }];
    }
    return [];
  });
}

/** Said as a border: "a minimum score of 580", "the cap of 5 times", and not a figure that is held against one. */
function isBorder(clause: string): boolean {
  return /\b(?:minimum|maximum|cap|limit|floor|ceiling|threshold|cut-?off|requirement|guideline|rule)\b(?:\s+[\w-]+){0,4}\s+(?:of|is|at|:)?\s*(?:about |around |roughly )?[$€£]?\d/i.test(
    clause,
  );
}

/** At most so many words between the rule and its number. */
const nearest = 5;

function nearRule(clause: string, index: number, text: string): boolean {
  const match = ruleWords.exec(clause);
  if (!match) return false;
  const between = match.index < index ? clause.slice(match.index + match[0].length, index) : clause.slice(index + text.length, match.index);
  return between.trim().split(/\s+/).filter(Boolean).length <= nearest;
}
