import type { Finding } from '../index.ts';
import { sentencesOf } from './sentences.ts';

/** "There is no minimum score" invents nothing. */
const denied =
  /\b(?:no|not|never|without|nor|neither|isn't|aren't|doesn't|don't|regardless of|irrespective of)\b[^;,]{0,40}\b(?:minimum|floor|cut-?off|cap|limit|rule|requirement|restriction|matter|apply|applies)\b/;

const inventions: readonly { readonly rule: string; readonly words: readonly RegExp[] }[] = [
  {
    rule: 'a minimum credit score',
    words: [
      /\bminimum\b[^;]{0,20}\bscores?\b(?! tier)/,
      /\bscores?\b[^;]{0,50}\b(?:minimum|floor|cut-?off)\b(?! (?:of|for) (?:the )?(?:excellent|good|fair|poor))/,
      /\bscores?\b[^;]{0,40}\b(?:too low|disqualif\w+|ineligible|unacceptabl\w+|automatic\w*)\b/,
      /\b(?:terrible|unacceptable|too (?:poor|weak)|disqualifying)\b[^;]{0,20}\bcredit\b/,
    ],
  },
  {
    rule: 'a cap on the loan against income',
    words: [
      /\bloan[- ]to[- ]income (?:cap|limit|maximum|ceiling|guideline|rule|threshold)\b/,
      /\bloan[- ]to[- ]income\b[^;]{0,60}\b(?:exceed\w*|above|over|beyond|limit|cap|maximum|too high|guideline)\b/,
      /\b(?:cap|limit|maximum|guideline|rule|threshold|no more than|at most|exceed\w*|beyond)\b[^;]{0,40}(?:\btimes|\bmultiples? of|\dx)\b[^;]{0,20}\bincome\b/,
      /(?:\btimes|\dx|\bmultiples? of)\b[^;]{0,20}\bincome\b[^;]{0,40}\b(?:cap|limit|maximum|guideline|rule|threshold|too (?:much|high|large))\b/,
    ],
  },
];

/** Rules that the reasoning appeals to and the policy does not have. */
export function inventedRules(reasoning: string): Finding[] {
  const sentences = sentencesOf(reasoning);
  return inventions.flatMap(({ rule, words }) => {
    const sentence = sentences.find((candidate) => {
      const text = candidate.toLowerCase();
      return !denied.test(text) && words.some((word) => word.test(text));
    });
    if (sentence === undefined) return [];
    const shown = sentence.length > 200 ? `${sentence.slice(0, 200)}…` : sentence;
    return [{ code: 'invented-rule', message: `the reasoning appeals to ${rule}, which the policy does not have: "${shown}"` }];
  });
}
