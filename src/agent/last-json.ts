/** Most lines that are tried as the beginning of the answer. */
const mostTries = 20;

/**
 * The JSON value that a program's output is, or ends with: all of it, or an object that begins at the beginning of a line and goes to the end, so that
 * logs may stand before it. What is followed by anything else is no answer: it may be an example, a prompt or half of a log.
 */
export function lastJson(output: string): { readonly value: unknown; readonly text: string } | undefined {
  const text = output.trim();
  const whole = jsonOf(text);
  if (whole) return whole;
  let at = text.length;
  for (let tries = 0; tries < mostTries && at > 0; tries += 1) {
    at = text.lastIndexOf('\n{', at - 1);
    if (at < 0) return undefined;
    const object = jsonOf(text.slice(at + 1));
    if (object) return object;
  }
  return undefined;
}

function jsonOf(text: string): { readonly value: unknown; readonly text: string } | undefined {
  try {
    return { value: JSON.parse(text), text };
  } catch {
    return undefined;
  }
}
