import { labelledFigures, says, within, wordsOf } from './labelled-figures.ts';
import { noWords, yesWords } from './prompt-rules.ts';
import type { SpokenRun } from './spoken-run.ts';
import { valueAt } from './value-paths.ts';

/** Why the words of a run do not go with its decision. */
export interface AgainstWords {
  readonly sentence: string;
  readonly why: string;
}

/** What is said of another world, another case, or of what a rule would want, is no claim about this one. */
const hypothetical =
  /\b(?:if|unless|would|could|might|may|should|must|were|had|otherwise|instead|smaller|lower|larger|up to|whether|only when|policy requires|rules? (?:say|require)s?|before|without|existing|current)\b/i;
const negation = /\b(?:not|never|no|nor|neither|cannot|without|fails? to|unable to|rather than|instead of|no reason to)\b|n't\b/i;
const over = /\b(?:exceed(?:s|ed|ing)?|is (?:above|over|beyond)|higher than|greater than|breach(?:es|ed)?|violat(?:es|ed))\b/i;
const inside = /\b(?:is within|does not exceed|is (?:below|under)|at or below|stays? (?:within|below|under)|meets?|satisf(?:y|ies))\b/i;
const bound = /\b(?:max(?:imum)?|cap|limit|ceiling|threshold|allowed|guideline)\b/i;

/** Sentences that do not go with what was decided: another verdict, a border crossed, or another figure under a field's name. */
export function againstWords(reading: SpokenRun): AgainstWords[] {
  const { saysYes, choice, sentences } = reading;
  const found: AgainstWords[] = [];
  for (const sentence of sentences) {
    const claim = saysYes === undefined ? undefined : claimOf(sentence);
    if (claim !== undefined && claim !== saysYes)
      found.push({ sentence, why: `it decided ${JSON.stringify(choice)}, and these words say the contrary` });
    found.push(...otherFigures(reading, sentence));
  }
  return found;
}

/** True for a sentence that says yes or puts the case inside its border, false for the contrary, undefined where it says neither or both. */
function claimOf(sentence: string): boolean | undefined {
  const claims = new Set<boolean>();
  for (const clause of sentence.split(/;|, |\b(?:but|although|though|while|whereas|because|since)\b/i)) {
    if (hypothetical.test(clause)) continue;
    const verdict = verdictOf(clause);
    if (verdict !== undefined) claims.add(verdict);
    const negated = negation.test(clause);
    if (over.test(clause) && bound.test(clause)) claims.add(negated);
    else if (inside.test(clause) && bound.test(clause) && !negated) claims.add(true);
  }
  // Weighing one against the other is reasoning; a border crossed and a yes all the same is not.
  if (claims.size === 2) return over.test(sentence) && bound.test(sentence) && !negation.test(sentence) ? false : undefined;
  return claims.size === 1 ? [...claims][0] : undefined;
}

function verdictOf(clause: string): boolean | undefined {
  const [yes, no] = [yesWords.test(clause), noWords.test(clause)];
  if (yes === no) return undefined;
  return yes !== negation.test(clause);
}

/** "The maximum loan is $139,700" beside a field that says otherwise. */
function otherFigures(reading: SpokenRun, sentence: string): AgainstWords[] {
  const { decision } = reading;
  if (!decision || hypothetical.test(sentence)) return [];
  const figures = labelledFigures(sentence);
  return reading.fields.flatMap(({ name }) => {
    const value = valueAt(decision, name);
    const words = wordsOf(name);
    if (typeof value !== 'number' || words.length < 2) return [];
    const said = figures.filter((figure) => within(words, figure.words) && within(figure.words, words));
    if (said.length === 0 || said.some((figure) => says(figure, value) || Math.abs(Number(figure.value) - value) <= figure.step)) return [];
    return [{ sentence, why: `${name} is ${value}, and these words give ${said.map(({ text }) => text.trim()).join(', ')}` }];
  });
}
