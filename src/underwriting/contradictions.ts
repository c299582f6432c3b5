import type { Finding } from '../index.ts';
import { sentencesOf } from './sentences.ts';

/** What a piece of reasoning claims: that the loan is approved or fits, or that it is not or does not. */
type Claim = 'for' | 'against';

/** Another loan than the one asked for, or another world: what is said there is no claim about this application. */
const hypothetical =
  /\b(if|unless|had|were|smaller|lower (?:loan|amount)|reduc\w+|larger|bigger|any (?:loan|amount|request)|anything|up to|otherwise|instead|alternative\w*|(?<!fails? )to (?:stay|keep|remain|fit|fall|get|bring|qualify)|only (?:when|where|approve)|whether|must|policy requires|rules? (?:say|require)s?)\b/;
const conditional = /\b(would|could|might|may|should)\b/;
/** The ratio before the loan decides nothing. */
const beforeLoan =
  /\b(existing|current|currently|present|pre-loan|pre loan|before|without (?:the|this) (?:\w+ )?loan|alone|excluding|not including)\b/;

const negated = String.raw`(?:\bnot|n't|\bnever|\bno longer|\bcannot|\bwithout|\bunable to|\bnor|\bneither|\bno reason to|\bno grounds? (?:to|for)|\brather than|\binstead of|\bfar from|\bfails? to|\bno)(?: (?:be|been|being|to|it|yet|currently|even|have|has|stay|remain|keep|fall|come|sit|a|an|any|get|being|recommend(?:ing|ed)?|warrant(?:ing|ed)?|support(?:ing|ed)?|well|at all))*\s+`;
const approvals = String.raw`\b(?:approv(?:e|es|ed|ing)|(?:recommend|recommended|recommending|supports?|warrants?|for|is|decision|verdict)(?: an?| is|:)? approval|accepted|granted|qualif(?:y|ies))\b`;
const denials = String.raw`\b(?:den(?:y|ies|ied|ying)|declin(?:e|es|ed|ing)|reject(?:s|ed|ing)?|refus(?:e|es|ed|ing)|disapprov(?:e|ed)|turned down|(?:recommend|recommended|recommending|supports?|warrants?|for|is|decision|verdict)(?: an?| is|:)? (?:denial|rejection))\b`;

const overs = String.raw`(?:\b(?:exceed(?:s|ed|ing)?|above|over|higher than|greater than|more than|beyond|past|outside|surpass(?:es|ed|ing)?|breach(?:es|ed|ing)?|violat(?:es|ed|ing))\b|(?<![<=])>=?)`;
const withins = String.raw`(?:\b(?:within|below|under|at or (?:below|under)|at most|less than|lower than|inside|meets?|satisf(?:y|ies)|compl(?:y|ies) with)\b|<=?|≤)`;

const ratio = /\b(?:dti|debt[- ]to[- ]income|ratio|payment|obligations?|request(?:ed)?|debt load)\b/;
const loan = /\b(?:loan|amount|application|applicant|borrower)\b/;
const cap = /\b(?:max|maximum|cap|limit|ceiling|threshold|largest|allowed|allowable|guideline|requirement|standard)\b/;

// Made once: a pattern of this length takes longer to be made than to be tried.
const approval = verdictWords(approvals);
const denial = verdictWords(denials);
const comparisonWords = new RegExp(`(${negated})?(?:(${overs})|(${withins}))`);

function verdictWords(words: string) {
  return { said: new RegExp(words), negated: new RegExp(`${negated}(?:${words})`) };
}

/** Sentences of the reasoning that say the opposite of `approved`. */
export function contradictions(reasoning: string, approved: boolean): Finding[] {
  const opposite: Claim = approved ? 'against' : 'for';
  return sentencesOf(reasoning)
    .filter((sentence) => claimsOf(sentence.toLowerCase()).has(opposite))
    .map((sentence) => ({
      code: 'contradiction',
      message: `approved is ${approved}, but the reasoning says: "${sentence.length > 200 ? `${sentence.slice(0, 200)}…` : sentence}"`,
    }));
}

const turn = /;|,? (?:but|while|whereas|although|though|however|yet|because|since)\b/;
const comma = /, (?=so\b|and\b|which\b|the\b|therefore\b)/;

function claimsOf(sentence: string): ReadonlySet<Claim> {
  const claims = new Set<Claim>();
  for (const part of sentence.split(turn)) {
    for (const clause of part.split(comma)) {
      // "With a smaller loan, the DTI would fit": what follows is said of that loan too.
      if (hypothetical.test(clause)) break;
      const verdict = conditional.test(clause) ? undefined : verdictOf(clause);
      if (verdict) claims.add(verdict);
      const comparison = beforeLoan.test(clause) ? undefined : comparisonOf(clause, sentence);
      if (comparison) claims.add(comparison);
    }
  }
  return claims;
}

function verdictOf(clause: string): Claim | undefined {
  const approves = polarity(clause, approval);
  const denies = polarity(clause, denial);
  if (approves !== undefined && denies !== undefined && approves === denies) return undefined;
  if (approves !== undefined) return approves ? 'for' : 'against';
  if (denies !== undefined) return denies ? 'against' : 'for';
  return undefined;
}

/** True when the words are there and meant, false when they are there and negated, undefined when they are not there. */
function polarity(clause: string, words: ReturnType<typeof verdictWords>): boolean | undefined {
  if (!words.said.test(clause)) return undefined;
  return !words.negated.test(clause);
}

/** Which side of the maximum the clause puts the loan on. */
function comparisonOf(clause: string, sentence: string): Claim | undefined {
  const match = comparisonWords.exec(clause);
  if (!match) return undefined;
  const before = clause.slice(0, match.index);
  const after = clause.slice(match.index + match[0].length);
  const isOver = (match[2] !== undefined) !== (match[1] !== undefined);
  const subject = /^\s*(?:which|that|it)?\s*(?:is |are |clearly |slightly |well |far |just |comfortably |also |still |does |do )*$/.test(
    before,
  )
    ? sentence.slice(0, sentence.indexOf(clause))
    : before;
  if (/\b(?:score|income)\b/.test(subject) && !/\b(?:dti|ratio|debt[- ]to[- ]income|loan-to-income)\b/.test(subject)) return undefined;
  const bound = cap.test(after) || /^\s*(?:the |its |our |a )?(?:\w+ (?:tier|credit)(?:'s)? )?\d+(?:\.\d+)?\s*%/.test(after);
  if (bound && (ratio.test(subject) || (loan.test(subject) && !cap.test(subject)))) return isOver ? 'against' : 'for';
  // "The maximum loan of $139,700 is below the request": the other way round.
  if (cap.test(subject) && /\b(?:request\w*|asked|applied|proposed|loan|amount|dti)\b/.test(after) && !bound)
    return isOver ? 'for' : 'against';
  return undefined;
}
