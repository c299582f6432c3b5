/** A prompt that stands in a Python source as a text: `instructions="…"`, one text or several beside each other, in brackets or not. */
const named = String.raw`\b(?:instructions|system_prompt|SYSTEM_PROMPT|INSTRUCTIONS|PROMPT)\s*=\s*`;
const literal = String.raw`"(?!"")(?:[^"\\\n]|\\.)*"`;
const plain = new RegExp(`^([ \\t]*)(${named})(${literal}(?:\\s*${literal})*)`, 'm');
const listed = new RegExp(`^([ \\t]*)(${named})\\(\\n((?:[ \\t]*${literal}\\n)+)([ \\t]*)\\)`, 'm');

/** True where the source has one. */
export function promptLiteral(text: string): boolean {
  return plain.test(text) || listed.test(text);
}

/** The source with its prompt as a list of texts in brackets, a line each. */
export function listedPrompt(text: string): string {
  if (listed.test(text)) return text;
  return text.replace(plain, (_, indent: string, name: string, texts: string) => {
    const lines = [...texts.matchAll(new RegExp(literal, 'g'))].map(([each]) => `${indent}    ${each}`);
    return `${indent}${name}(\n${lines.join('\n')}\n${indent})`;
  });
}

/** One more rule at the end of the prompt. JSON's way of writing a text is Python's, too. */
export function withRuleLine(text: string, rule: string): string {
  return text.replace(
    listed,
    (_, indent: string, name: string, lines: string, close: string) =>
      `${indent}${name}(\n${lines}${indent}    ${JSON.stringify(`\n${rule}`)}\n${close})`,
  );
}
