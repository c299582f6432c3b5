/** A rule of a prompt by where it stands. */
export interface PromptRule {
  /** Its words, without the mark of its list item. */
  readonly text: string;
  /** Offsets of its words in the prompt. */
  readonly from: number;
  readonly to: number;
  /** Offsets of all that goes when the rule goes: mark and line break too. */
  readonly wholeFrom: number;
  readonly wholeTo: number;
}

const item = /^([ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+)(?=\S)/;
const heading = /^[ \t]{0,3}#{1,6}[ \t]/;
const fence = /^[ \t]*(?:```|~~~)/;

/** The rules of a Markdown prompt: its list items, with the lines that belong to them; the sentences of a prompt that has no list. */
export function rulesIn(prompt: string): PromptRule[] {
  const items = itemsIn(prompt);
  return items.length > 0 ? items : sentencesIn(prompt);
}

/** The prompt with other words in the place of a rule's. */
export function withWords(prompt: string, { from, to }: PromptRule, words: string): string {
  return `${prompt.slice(0, from)}${words}${prompt.slice(to)}`;
}

/** The prompt without a rule. Numbers of others stay as they are. */
export function withoutRule(prompt: string, { wholeFrom, wholeTo }: PromptRule): string {
  return `${prompt.slice(0, wholeFrom)}${prompt.slice(wholeTo)}`;
}

/** The prompt with a paragraph at its end. */
export function withParagraph(prompt: string, paragraph: string): string {
  return `${prompt.trimEnd()}\n\n${paragraph}`;
}

/** A rule's words, short enough for a line. */
export function named({ text }: PromptRule): string {
  const words = text.replace(/\s+/g, ' ').trim();
  return `"${words.length > 60 ? `${words.slice(0, 59).trimEnd()}…` : words}"`;
}

/** Words that go on after others: the first letter small, unless it begins a name or stands alone. */
export function goingOn(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text.slice(0, 1).toLowerCase()}${text.slice(1)}` : text;
}

interface Line {
  readonly text: string;
  readonly from: number;
  /** Behind its line break. */
  readonly to: number;
}

/** Lines of prose: none of a fenced block. */
function proseLines(prompt: string): (Line & { readonly fenced: boolean })[] {
  let from = 0;
  let fenced = false;
  return prompt
    .split(/(?<=\n)/)
    .filter((line) => line !== '')
    .map((raw) => {
      const line = { text: raw.replace(/\r?\n$/, ''), from, to: from + raw.length };
      from = line.to;
      const mark = fence.test(line.text);
      const within = fenced || mark;
      if (mark) fenced = !fenced;
      return { ...line, fenced: within };
    });
}

function itemsIn(prompt: string): PromptRule[] {
  const rules: PromptRule[] = [];
  let open: { from: number; wholeFrom: number; to: number; wholeTo: number } | undefined;
  const close = () => {
    if (open) rules.push({ ...open, text: prompt.slice(open.from, open.to) });
    open = undefined;
  };
  for (const { text, from, to, fenced } of proseLines(prompt)) {
    const mark = fenced ? undefined : item.exec(text)?.[1];
    if (mark !== undefined) {
      close();
      open = { wholeFrom: from, from: from + mark.length, to: from + text.trimEnd().length, wholeTo: to };
    } else if (text.trim() === '' || heading.test(text) || fenced) close();
    else if (open) open = { ...open, to: from + text.trimEnd().length, wholeTo: to };
  }
  close();
  return rules;
}

function sentencesIn(prompt: string): PromptRule[] {
  const rules: PromptRule[] = [];
  for (const { from, to } of paragraphsIn(prompt)) {
    const text = prompt.slice(from, to);
    const starts = [0, ...[...text.matchAll(/(?<=[.!?]["')\]]?)\s+(?=\S)/g)].map(({ index, 0: gap }) => index + gap.length)];
    for (const [index, start] of starts.entries()) {
      const next = starts[index + 1] ?? text.length;
      const words = text.slice(start, next).trimEnd();
      if (!/\p{L}/u.test(words)) continue;
      rules.push({ text: words, from: from + start, to: from + start + words.length, wholeFrom: from + start, wholeTo: from + next });
    }
  }
  return rules;
}

function paragraphsIn(prompt: string): { readonly from: number; readonly to: number }[] {
  const paragraphs: { from: number; to: number }[] = [];
  let open = false;
  for (const { text, from, fenced } of proseLines(prompt)) {
    if (text.trim() === '' || fenced || heading.test(text)) {
      open = false;
      continue;
    }
    const last = paragraphs.at(-1);
    const end = from + text.trimEnd().length;
    if (open && last) last.to = end;
    else paragraphs.push({ from, to: end });
    open = true;
  }
  return paragraphs;
}
