import { sentencesOf } from './sentences-of.ts';

/** What a prompt can lay down, in any words and any order. */
export interface Rules {
  readonly callAllTools: boolean;
  readonly capApproval: boolean;
  readonly maximumLoanFromTool: boolean;
  readonly paymentOfProposedLoan: boolean;
  readonly thirtyYears: boolean;
  readonly noInventedRules: boolean;
  readonly reasoningAgrees: boolean;
}

/** A rule holds when one sentence has all of some list of concepts and nothing that takes it back. */
interface Rule {
  readonly concepts: readonly (readonly RegExp[])[];
  /** What a sentence is about that takes the rule back without naming it in full. */
  readonly topic?: readonly RegExp[];
  readonly takenBackBy: readonly RegExp[];
}

const optional =
  /\b(optional\w*|need not|needn't|no need|not (?:necessary|required|need to|have to|obliged|obligatory|important|matter|necessarily)|unnecessary|discretion|feel free|free to|if you (?:like|wish|want|prefer|choose)|when convenient|where convenient|ignore)\b|n't (?:need to|have to|necessarily|matter)\b/;
/** "Do not decide unless every tool …" demands; "Call every tool unless …" loosens. */
const exception = /^(?!.*\b(?:not|never|n't|no|nobody|nothing)\b.*\b(?:unless|except)\b).*\b(?:unless|except)\b/;

const not = /(?:\b(?:not|never|no|nothing|nor|none|without|cannot|avoid|refrain|neither|rather than|instead of)\b|n't\b)/;
const maximumDti = /\b(max|maximum|cap|limit|ceiling|threshold|highest)\b/;
const dti = /\b(dti|debt[- ]to[- ]income|debt ratio)\b/;
const approve = /\b(approv\w+|accept\w*|grant\w*|say yes)\b/;
const within =
  /(?<!not )(?<!never )(?:\b(?:at or (?:below|under)|at most|no (?:higher|more|greater|larger) than|within|inside|less than or equal|below or (?:at|equal)|up to|stays? (?:under|below)|(?:under|below))\b|<=|≤|(?:not|never|n't|without) (?:be )?(?:exceed\w*|above|over|higher|greater|pass|more than|larger))/;
const over =
  /(?:(?<!not )(?<!never )(?<!n't )(?<!without )(?<!not be )\b(?:exceed\w*|above|over|higher than|greater than|more than|beyond|outside|larger than)\b|(?<!<)>(?!=)|\b(?:not|n't) (?:be )?(?:within|at or below|under|below))/;
const maximumLoan = /(?<!calc_)\bmax_loan\b|\b(?:max(?:imum)? loan|largest loan|biggest loan|loan maximum)\b/;
const reasoning = /\b(reasoning|rationale|explanation|justification|reasons?|explain\w*|argument)\b/;
const fields = /\b(fields?|structured|decision|approved|figures?|numbers|values|answer|output|json)\b/;
const ruleWord =
  /\b(rules?|criteri\w+|requirements?|conditions?|polic\w+|thresholds?|minimums?|tests?|hurdles?|standards?|restrictions?|constraints?|grounds?|limits?)\b/;
const invent =
  /\b(invent\w*|mak(?:e|ing) up|made[- ]up|add(?:ing|ed)?|introduc\w+|creat\w+|devis\w+|impos\w+|fabricat\w+|com(?:e|ing) up with)\b/;

const rules: { readonly [Name in keyof Rules]: Rule } = {
  callAllTools: {
    concepts: [
      [
        /\b(call|calls|called|calling|use|used|using|gather\w*|answered|run|running|invok\w+|consult\w*|quer\w+)\b/,
        /\b(all|every|each|both|two|three|four|five|complete|whole|full)\b/,
        /\btools?\b/,
      ],
      [/\b(not|never|n't)\b/, /\b(skip\w*|omit\w*|leav\w+ out)\b/, /\b(tools?)\b/],
      [/\bno tools?\b/, /\b(skipped|omitted|left out)\b/],
    ],
    takenBackBy: [
      /(?:\b(?:not|never)|n't) (?:call|use|run|invoke|consult|query)\b/,
      /\bnot (?:all|every|each)\b/,
      /\b(?:may|can|might) (?:also )?(?:call|use|run|skip|omit|leave)\b/,
      /\bas (?:needed|required|you see fit)|\bif (?:needed|necessary|required)|\bafter (?:you )?decid/,
      /\bany of\b/,
      /(?<!\b(?:not|never|nobody) )(?<!n't )\bdecide (?:\w+ )?before (?:calling|using|running)\b/,
    ],
  },
  capApproval: {
    concepts: [
      [approve, dti, within, maximumDti],
      [/\b(den(?:y|ied|ial)|reject\w*|declin\w+|refus\w+|turn\w* down)\b/, dti, over, maximumDti],
      [/(?:\b(?:not|never|no|cannot)\b|n't\b)/, approve, dti, over, maximumDti],
    ],
    topic: [approve, dti, maximumDti],
    takenBackBy: [
      /^(?!.*\b(?:unless|over|above|exceed\w*|beyond|higher|greater|more|outside|not within)\b).*(?:\b(?:not|never)|n't) (?:be )?(?:approv\w+|accept|grant)/,
      /\b(?:not|never|n't) (?:be )?(?:deny|denied|reject\w*|declin\w+|refus\w+)\b/,
      /\b(?:may|can|might) (?:still |also |be |even )*(?:approv\w+|accept\w*|exceed|go over|be (?:above|over))(?!.*\bonly\b)/,
      /\b(?:roughly|approximately|usually|generally|normally|typically|regardless|whether or not|on balance|not only)\b/,
      /\b(?:near|close to|about|around) (?:or )?(?:at|below|under)\b/,
      /^(?!.*\b(?:not|never|den(?:y|ied|ial)|reject\w*|declin\w+)\b).*\b(?:anyway|nevertheless|nonetheless|all the same|slightly (?:above|over)|a (?:little|bit) (?:above|over))\b/,
      /(?<!\b(?:not|never) )\bapprov\w* (?:it |loans? |the loan )?even (?:if|when|though)\b/,
      /^(?!.*\b(?:den(?:y|ied|ial)|reject\w*|declin\w+|refus\w+|never|not)\b).*\beven (?:if|when|though)\b.*\b(?:exceed\w*|above|over|higher|greater|more)\b/,
    ],
  },
  maximumLoanFromTool: {
    concepts: [
      [maximumLoan, /\b(calc_max_loan|tools?(?:'s)?)\b/],
      [maximumLoan, not, /\b(estimat\w*|guess\w*|approximat\w*|ballpark|your own)\b/],
    ],
    takenBackBy: [
      /\b(?:may|can|might|could) (?:be |also |instead |just )*(?:an? |your (?:own )?)?(?:estimat\w*|guess\w*|approximat\w*)/,
      /\bor (?:an?|your) (?:own )?(?:estimate|guess)|\b(?:estimate|guess) (?:is|will do)\b/,
      /(?:\b(?:not|never)|n't) (?:be )?(?:take|taken|copy|copied|use|used|come|rely)\b/,
      /\bnot (?:from |the |what |result of |figure (?:of|from) |output of )*(?:calc_max_loan|the tool)/,
      /\b(?:rather than|instead of) (?:from |use |using |calling |taking it from )*(?:calc_max_loan|a tool|the tool)/,
    ],
  },
  paymentOfProposedLoan: {
    concepts: [
      [
        /\bmonthly[_ ]payment\b/,
        /\b(proposed|calc_dti|(?:new|requested|this|the) loan(?:'s)?|loan (?:being )?(?:applied|asked|requested)|loan's)\b/,
      ],
      [/(?<!calc_)\bmonthly[_ ]payment\b/, not, /\b(existing|current|present|prior|old|other|monthly)\b[^,;:]*\bdebts?\b/],
    ],
    topic: [/\bmonthly[_ ]payment\b/, /\b(?:existing|current|present|prior|old)\b/],
    takenBackBy: [
      /\bmonthly[_ ]payment (?:is|means|equals|holds|shows)(?: simply)? (?:the |what )?(?:\w+'s )?"?(?:existing|current|present|prior|old|monthly debt)\b/,
      /\b(?:not|never|rather than|instead of) (?:that of |what )?(?:the |a )?(?:payment (?:of|for|on) the )?(?:proposed|new|requested|calc_dti(?!(?:'s)?[^,;:]*\bdebts?\b))/,
      /(?:\b(?:not|never)|n't) (?:be )?(?:take|taken|copy|copied|use|used|come|rely)\b/,
      /\b(?:may|can|might|could) (?:also |be |just |instead )*(?:an? |your (?:own )?)?(?:estimat\w*|guess\w*|approximat\w*)/,
      /\b(?:may|can|might|could) (?:also |be |instead )*(?:the |what )?(?:existing|current)/,
      /\b(?:or|and|plus|including) (?:the )?(?:existing|current)\b/,
    ],
  },
  thirtyYears: {
    concepts: [[/\b(?:30|thirty)[- ]years?\b|\b360[- ](?:months?|payments?|monthly|instal\w+)\b/]],
    takenBackBy: [
      /(?:\b(?:not|never)|n't) (?:necessarily |always |all |every |have to be |be |an? |assume |fixed )*(?:30|thirty|360)/,
      /\b(?:some|most|many|usually|typically|often|normally|generally|mostly|sometimes)\b/,
      /\b(?:or|and) (?:any |an? )?(?:\d+|five|ten|fifteen|twenty|shorter|other)\b/,
      /\b(?:may|can|might) (?:be|have|also|run)\b/,
      /\bno loans? (?:is|are|has|have|runs?)\b(?!.*\b(?:other|but|except|longer|shorter)\b)/,
      /\bnot (?:all|every|each)\b/,
    ],
  },
  noInventedRules: {
    concepts: [
      [/(?:\b(?:not|never|no|without|avoid|refrain|nothing|none|neither)\b|n't\b)/, invent, ruleWord],
      [/\b(?:no|not|nothing|never|none|n't)\b/, /\b(other|others|further|additional|extra|more|your own|beyond|but|else)\b/, ruleWord],
      [not, ruleWord, /(?:\bnot|n't) (?:be )?(?:listed|stated|written|given|mentioned)\b/],
      [/\bonly\b/, /\b(these|this|stated|given|listed|above|written)\b/, ruleWord],
    ],
    topic: [invent, ruleWord],
    takenBackBy: [
      /\b(?:may|can|might|could|should|must|allowed to|welcome to) (?:also |even )*(?:invent|make up|add|introduce|create|devise|impose|apply (?:other|additional|extra|further|your own))/,
      /\b(?:may|can|might|could) (?:also )?(?:apply|be (?:invented|added|applied|introduced|used))\b/,
      /\b(?:not|n't) (?:hesitate|avoid|refrain|forbidden|prohibited|limited|restricted|only)\b/,
    ],
  },
  reasoningAgrees: {
    concepts: [
      [
        reasoning,
        /\b(agree\w*|consistent\w*|match\w*|in line|support\w*|correspond\w*|accord\w*|align\w*|reflect\w*|fits?|same|back up|bear out|square)\b/,
        fields,
      ],
      [reasoning, not, /\b(contradict\w*|conflict\w*|disagree\w*|differ\w*|opposite|inconsistent|at odds|deviat\w+)\b/],
    ],
    takenBackBy: [
      /(?:\b(?:not|never)|n't) (?:necessarily |always |have to |need to |be |to )*(?:agree|consistent|match|in line|support|correspond|accord|align|reflect|fit)\b/,
      /\b(?:may|can|might|could) (?:also |even |freely )*(?:contradict|conflict|disagree|differ|be (?:inconsistent|at odds)|deviate)/,
    ],
  },
};

/**
 * Which rules a system prompt lays down, judged sentence by sentence from the words that carry the meaning, so that rewording, order
 * and layout do not matter and a negation does. A later sentence may take back what an earlier one laid down.
 */
export function readRules(systemPrompt: string, toolNames: readonly string[] = []): Rules {
  const sentences = sentencesOf(systemPrompt);
  const holds = ({ concepts, topic, takenBackBy }: Rule, naming: (sentence: string) => boolean): boolean => {
    let held = false;
    for (const sentence of sentences) {
      const has = (words: readonly RegExp[]) => words.every((word) => word.test(sentence));
      const takenBack = takenBackBy.some((words) => words.test(sentence));
      if (concepts.some(has) || naming(sentence)) held = !takenBack && !optional.test(sentence) && !exception.test(sentence);
      else if (topic && has(topic) && takenBack) held = false;
    }
    return held;
  };
  const namesAllTools = (sentence: string) =>
    toolNames.length > 1 &&
    /\b(call|use|run|invoke|consult|query)/.test(sentence) &&
    toolNames.every((name) => sentence.includes(name.toLowerCase()));
  const naming: Partial<Record<keyof Rules, (sentence: string) => boolean>> = {
    callAllTools: namesAllTools,
    paymentOfProposedLoan: (sentence) => takesPaymentFrom(sentence, toolNames),
  };
  const read = (name: keyof Rules) => holds(rules[name], naming[name] ?? (() => false));
  return {
    callAllTools: read('callAllTools'),
    capApproval: read('capApproval'),
    maximumLoanFromTool: read('maximumLoanFromTool'),
    paymentOfProposedLoan: read('paymentOfProposedLoan'),
    thirtyYears: read('thirtyYears'),
    noInventedRules: read('noInventedRules'),
    reasoningAgrees: read('reasoningAgrees'),
  };
}

/** What a sentence says that something is not, to the end of the clause. */
const negated = /(?:\b(?:not|never|nor|rather than|instead of|without)\b|n't\b)[^,;:.]*/g;
const fromIt =
  /\b(?:from|by|as|according to|take\w*|us(?:e|es|ing)|cop(?:y|ies|ied)|giv(?:es|en)|return\w*|report\w*|what|result|output|figure)\b/;

/** True where a sentence has the payment come from a tool that is there, whose name speaks of payments. */
function takesPaymentFrom(sentence: string, toolNames: readonly string[]): boolean {
  const said = sentence.replaceAll(negated, '');
  const givers = toolNames.map((name) => name.toLowerCase()).filter((name) => /pay|instal|amorti[sz]/.test(name) && said.includes(name));
  const beside = givers.reduce((text, name) => text.replaceAll(name, ''), said);
  return givers.length > 0 && /\bmonthly[_ ]payment\b/.test(beside) && fromIt.test(beside);
}
