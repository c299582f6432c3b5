import { useEffect, useState } from 'preact/hooks';
import { Refusal, tell } from '../ask.ts';

/** Milliseconds of silence after which what was typed is looked at. */
const patience = 250;

/** What the server says of what is typed, asked anew when the typing rests; the last answer stands until then. Undefined where nothing was typed. */
export function useCheck<Answer>(
  path: string,
  question: object | undefined,
): { readonly answer: Answer | undefined; readonly refusal: Refusal | undefined } {
  const [known, setKnown] = useState<{ readonly answer: Answer | undefined; readonly refusal: Refusal | undefined }>({
    answer: undefined,
    refusal: undefined,
  });
  const asked = question && JSON.stringify(question);
  useEffect(() => {
    if (asked === undefined) return undefined;
    let isGone = false;
    const timer = setTimeout(() => {
      tell<Answer>(path, JSON.parse(asked) as object).then(
        (answer) => isGone || setKnown({ answer, refusal: undefined }),
        (error: unknown) => isGone || setKnown(({ answer }) => ({ answer, refusal: error instanceof Refusal ? error : undefined })),
      );
    }, patience);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [path, asked]);
  return known;
}
