import type { Score } from '../../../contracts/score.ts';
import { visibleText } from '../../../text/hostile-text.ts';

/** Shorter quotes stand anywhere. */
const shortest = 8;

/** What findings quote, longest first: the sentences that they accuse. */
export function accusedTexts(scores: readonly Score[]): string[] {
  const quotes = scores.flatMap(({ findings }) =>
    findings.flatMap(({ message }) => [...message.matchAll(/["“]([^"”]+)["”]/g)].map(([, quote = '']) => quote.replace(/…$/, '').trim())),
  );
  return [...new Set(quotes)].filter((quote) => quote.length >= shortest).sort((one, other) => other.length - one.length);
}

/** A foreign text in which what findings quote is marked. */
export function Accused({ text, quotes }: { readonly text: string; readonly quotes: readonly string[] }) {
  const quote = quotes.find((each) => text.includes(each));
  if (quote === undefined) return <>{visibleText(text)}</>;
  const at = text.indexOf(quote);
  return (
    <>
      {visibleText(text.slice(0, at))}
      <mark>{visibleText(quote)}</mark>
      <Accused text={text.slice(at + quote.length)} quotes={quotes} />
    </>
  );
}
