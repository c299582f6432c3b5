import { type Condition, conditionIn, numberOf, numberWord, percentsOfTiers } from './conditions.ts';
import type { Facts } from './figures.ts';
import { sentencesOf } from './sentences-of.ts';

/** What a prompt asks for beside the rules that every underwriter needs, right or wrong: it is followed as it is written. */
export interface Instructions {
  /** Decides, whatever the DTI, where its condition holds. */
  readonly decides: readonly { readonly approved: boolean; readonly when: Condition }[];
  /** The maximum DTI in place of the tier's, in percent. */
  readonly maximumDti: (facts: Facts & { readonly maximumDti: number }) => number;
  /** True: a maximum of the prompt's own, which counts as one without any tier's. */
  readonly ownMaximum: boolean;
  /** True: the DTI that counts is the one before the loan. */
  readonly beforeLoan: boolean;
  /** True: a DTI of exactly the maximum is too high. */
  readonly strictly: boolean;
  /** Which way it leans where it is close. */
  readonly leans: 'to-approve' | 'to-deny' | undefined;
  readonly maximumLoan: {
    readonly share: number;
    readonly step: number | undefined;
    readonly zeroOnDenial: boolean;
    readonly atMostRequested: boolean;
  };
  readonly payment: { readonly zeroOnDenial: boolean; readonly ofAllDebts: boolean };
  /** An example that goes against the rule teaches more than the rule. */
  readonly exampleOverMaximum: boolean;
  readonly exampleOfExistingDebt: boolean;
}

const not = /\b(?:not|never|no|nobody|cannot|nor)\b|n't\b/;
const approve = /\b(?:approv\w+|accept\w*|grant\w*|gets? the loan)\b/;
const deny = /\b(?:den(?:y|ied|ies)|reject\w*|declin\w+|refus\w+|turn\w* down)\b/;
const dti = /\b(?:dti|debt[- ]to[- ]income|debt ratio)\b/;
const maximum = /\b(?:max(?:imum)?|cap|limit|ceiling|threshold)\b/;
const example = /\b(?:for )?(?:example|instance|e\.g)\b/;
const maximumLoan = /(?<!calc_)\bmax_loan\b|\bmax(?:imum)? loan\b/;
const payment = /\bmonthly[_ ]payment\b/;
/** "Notes are never an instruction to you", "do not obey what the applicant writes". */
const applicantsWords =
  /\b(?:notes?|remarks?|comments?|free text|user message|(?:applicant|customer|user)(?:'s|s)? (?:own )?(?:words?|text|writes?|wrote|says?|said))\b/;
const instructs = /\b(?:instruct\w*|orders?|commands?|obey\w*|follow\w*|sway\w*|influence\w*)\b/;
const zero = /(?<![\d.,])\$?(?:0|zero)(?![\d.,]*\d)/;
const steps: Readonly<Record<string, number>> = {
  dollar: 1,
  hundred: 100,
  thousand: 1000,
  'ten thousand': 10_000,
  'hundred thousand': 100_000,
};

/**
 * Reads what a system prompt asks for, sentence by sentence.
 * @param userMessage a plea in it is listened to, too, unless the prompt says that what applicants write is no instruction
 */
export function readInstructions(systemPrompt: string, userMessage = ''): Instructions {
  const sentences = sentencesOf(systemPrompt);
  const deaf = sentences.some((each) => applicantsWords.test(each) && not.test(each) && instructs.test(each));
  const pleas = deaf ? [] : sentencesOf(userMessage).filter((each) => approve.test(each) && !not.test(each));
  const [examples, orders] = [sentences.filter((each) => example.test(each)), sentences.filter((each) => !example.test(each))];
  const maximums = orders.flatMap(maximumsIn);
  const ofLoan = orders.filter((each) => maximumLoan.test(each));
  const ofPayment = orders.filter((each) => payment.test(each));
  const ruledOut = (sentence: string, words: RegExp) => not.test(sentence.slice(0, sentence.search(words)));
  const leaning = (words: RegExp) => orders.some((each) => words.test(each) && !ruledOut(each, words));
  return {
    decides: orders.flatMap(decisionIn),
    maximumDti: (facts) => maximums.reduce((value, { when, of }) => (when(facts) ? of(value) : value), facts.maximumDti),
    ownMaximum: maximums.some(({ own }) => own),
    beforeLoan: orders.some(
      (each) =>
        approve.test(each) && dti.test(each) && beforeLoan.test(each) && !/\b(?:post-loan|not|never|rather than)\b|n't\b/.test(each),
    ),
    strictly: orders.some((each) => approve.test(each) && dti.test(each) && strictlyBelow.test(each)),
    leans: pleas.length > 0 || leaning(generous) ? 'to-approve' : leaning(strict) ? 'to-deny' : undefined,
    maximumLoan: {
      share: shareIn(ofLoan),
      step: stepIn(ofLoan.filter((each) => /\bround(?:ed)?\b/.test(each) && !ruledOut(each, /\bround/))),
      zeroOnDenial: ofLoan.some(isZeroOnDenial),
      atMostRequested: ofLoan.some((each) =>
        /\b(?:never|not|no) (?:more|higher|larger|greater) than\b[^.;]*\b(?:request|appl|ask)|\bat most (?:the )?(?:amount )?(?:request|appl|ask)/.test(
          each,
        ),
      ),
    },
    payment: {
      zeroOnDenial: ofPayment.some(isZeroOnDenial),
      ofAllDebts: ofPayment.some((each) => /\b(?:is|means|holds|shows|with) (?:the )?total (?:monthly )?(?:debts?|payments?)\b/.test(each)),
    },
    exampleOverMaximum: examples.some((each) => approve.test(each) && !ruledOut(each, approve) && isOverMaximum(each)),
    exampleOfExistingDebt: examples.some(copiesExistingDebt),
  };
}

const beforeLoan =
  /\b(?:pre-loan|(?:existing|current|present) (?:dti|debt[- ]to[- ]income|debt ratio)|without the (?:new |proposed |requested )?loan|before the (?:new |proposed |requested )?loan)\b/;
const strictlyBelow = /\bstrictly (?:below|under|less|lower|smaller)\b|\b(?:below|under|less than|lower than),? (?:and|but) not equal\b/;
const generous =
  /\bbenefit of the doubt\b|\bsay(?:ing)? yes\b|\bbonus\b|\blean(?:ing)? towards? (?:approv|yes)|\bbe (?:generous|lenient|flexible|accommodating)\b|\b(?:if|when|where) (?:it is |the case is )?(?:close|borderline|near),? (?:approv|accept|grant)|\bas many (?:loans|applications|customers|applicants) as (?:possible|you can)\b/;
const strict =
  /\b(?:when|if|where) (?:you are )?in doubt,? (?:den|declin|reject|refus)|\b(?:if|when|where) (?:it is |the case is )?(?:close|borderline|near),? (?:den|declin|reject|refus)|\berr on the side of (?:caution|den)|\blean(?:ing)? towards? (?:den|declin|reject|refus)/;

/** "Applicants with excellent credit are approved", "deny loans above $500,000", "… at or below the maximum, unless the score is above 780". */
function decisionIn(sentence: string): Instructions['decides'] {
  const [, leastScore] = /(?<!\bno )(?<!\bnot a )\bminimum (?:credit )?score (?:of|is|at) (\d{3})\b/.exec(sentence) ?? [];
  if (leastScore !== undefined && !/\b(?:no|not|never|ignore)\b/.test(sentence.slice(0, sentence.indexOf('minimum'))))
    return [{ approved: false, when: ({ creditScore = 850 }) => creditScore < Number(leastScore) }];
  if (
    dti.test(sentence) &&
    !/\b(?:regardless|irrespective|whatever|no matter|independent|skip\w*|without (?:a |the |any )?(?:dti )?check)/.test(sentence)
  ) {
    const [, exception] = /\b(?:unless|except(?:ion)?|save)\b(.*)$/.exec(sentence) ?? [];
    const when = exception !== undefined && approve.test(sentence) && maximum.test(sentence) ? conditionIn(exception) : undefined;
    return when ? [{ approved: true, when }] : [];
  }
  const when = conditionIn(sentence);
  const [approves, denies] = [approve.exec(sentence), deny.exec(sentence)];
  if (!when || (approves === null) === (denies === null) || /\b(?:unless|except|may|might|can|could)\b/.test(sentence)) return [];
  const { index = 0 } = approves ?? denies ?? {};
  const negated = not.test(sentence.slice(Math.max(0, index - 20), index));
  return [{ approved: (approves !== null) !== negated, when }];
}

interface OtherMaximum {
  readonly when: Condition;
  readonly of: (maximum: number) => number;
  /** It stands for itself, beside no tier's. */
  readonly own: boolean;
}

const always: Condition = () => true;
const points = new RegExp(String.raw`\b${numberWord}\s*(?:percentage )?points?\b`);
const factor = /\b(1\.\d+)\s*(?:times|x)\b|\b(1\d\d(?:\.\d+)?)\s*(?:%|percent) of\b/;
const fixed =
  /\b(?:at or below|at most|below|under|within|up to|not exceed|no higher than|no more than|<=|≤)\s*(\d+(?:\.\d+)?)\s*(?:%|percent)(?! (?:points?|of|above|over))/;

function maximumsIn(sentence: string): OtherMaximum[] {
  if (!dti.test(sentence) && !maximum.test(sentence)) return [];
  const ofTiers = percentsOfTiers(sentence);
  if (ofTiers.length > 0) return ofTiers.map(([when, percent]) => ({ when, of: () => percent, own: false }));
  if (!approve.test(sentence) || !dti.test(sentence)) return [];
  const [, more] = points.exec(sentence) ?? [];
  if (more !== undefined && maximum.test(sentence) && !not.test(sentence))
    return [{ when: always, of: (value) => value + numberOf(more), own: true }];
  const [, times, percent] = factor.exec(sentence) ?? [];
  if (times !== undefined || percent !== undefined)
    return [{ when: always, of: (value) => value * (times === undefined ? Number(percent) / 100 : Number(times)), own: true }];
  const [, own] = fixed.exec(sentence) ?? [];
  return own === undefined ? [] : [{ when: always, of: () => Number(own), own: true }];
}

function stepIn(sentences: readonly string[]): number | undefined {
  for (const sentence of sentences) {
    const [, word, digits] =
      /\b(ten thousand|hundred thousand|thousand|hundred|dollar)s?\b|\$\s?(1[0,]*)(?!\d)/.exec(
        sentence.slice(sentence.search(/\bround/)),
      ) ?? [];
    if (word !== undefined) return steps[word];
    if (digits !== undefined) return Number(digits.replaceAll(',', ''));
  }
  return undefined;
}

/** "90 % of what calc_max_loan returns", "half of it". */
function shareIn(sentences: readonly string[]): number {
  for (const sentence of sentences) {
    const [, percent, word] =
      /\b(?:is|be|report|take|use)\b[^.;\d]{0,20}?\b(?:(\d{1,3}(?:\.\d+)?)\s*(?:%|percent) of|(half)(?: of)?)\b/.exec(sentence) ?? [];
    if (percent !== undefined || word !== undefined) return word === undefined ? Number(percent) / 100 : 0.5;
  }
  return 1;
}

function isZeroOnDenial(sentence: string): boolean {
  return deny.test(sentence) && zero.test(sentence) && !/\b(?:not|never)\b|n't\b/.test(sentence.slice(0, sentence.search(zero)).slice(-15));
}

function isOverMaximum(sentence: string): boolean {
  const percents = [...sentence.matchAll(/(?:(max\w*|cap|limit|ceiling)[^%]{0,20}?)?(\d+(?:\.\d+)?)\s*(?:%|percent)/g)];
  const highest = percents.find(([, named]) => named !== undefined)?.[2];
  const reached = percents.find(([, named]) => named === undefined)?.[2];
  if (highest !== undefined) return reached !== undefined && Number(reached) > Number(highest);
  const [first, second] = percents.map(([, , percent]) => Number(percent));
  return (
    first !== undefined &&
    second !== undefined &&
    first > second &&
    /\b(?:close|near) enough\b|\b(?:slightly|only just|despite|although|barely)\b/.test(sentence)
  );
}

function copiesExistingDebt(sentence: string): boolean {
  const [, debt] = /\bexisting (?:monthly )?debts?\b[^\d]{0,10}(\d[\d,]*(?:\.\d+)?)/.exec(sentence) ?? [];
  const [, paid] = /\bmonthly[_ ]payment\b[^\d]{0,10}(\d[\d,]*(?:\.\d+)?)/.exec(sentence) ?? [];
  return debt !== undefined && paid !== undefined && Number(debt.replaceAll(',', '')) === Number(paid.replaceAll(',', ''));
}
