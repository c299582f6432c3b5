import type { Case } from '../contracts/case.ts';
import type { Draft } from '../contracts/draft.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { visibleText } from '../text/hostile-text.ts';

/** Longest line on which a short list stays together. */
const lineWidth = 140;

/** A case as its file holds it: keys in the order of the schema, so that the same case is always the same text. */
export function caseText({ $schema, id, title, input, label, origin, critical, tags, dispute }: Case): string {
  const whole = {
    $schema: $schema ?? './case.schema.json',
    id,
    title,
    input,
    label: {
      decision: sorted(label.decision),
      compare: label.compare,
      source: label.source,
      rationale: label.rationale,
      reviewers: label.reviewers.map(({ kind, name, reviewedOn }) => ({ kind, name, reviewedOn })),
    },
    origin,
    critical,
    tags,
    dispute,
  };
  return `${write(JSON.parse(JSON.stringify(whole)) as JsonObject, 0)}\n`;
}

/** A draft as its file holds it, with sorted keys. */
export function draftText(draft: Draft): string {
  return `${write(sorted(JSON.parse(JSON.stringify(draft)) as JsonObject), 0)}\n`;
}

/** JSON text of a plain value that shows everything that is in it. */
function quoted(value: JsonValue): string {
  return visibleText(JSON.stringify(value));
}

function sorted<Value extends JsonValue>(value: Value): Value {
  if (Array.isArray(value)) return value.map((each) => sorted(each)) as Value;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)])) as Value;
}

/** Two spaces deep, short lists of plain values on one line, as the formatter leaves it. */
function write(value: JsonValue, depth: number, before = 0): string {
  const inner = '  '.repeat(depth + 1);
  const end = `\n${'  '.repeat(depth)}`;
  if (Array.isArray(value)) {
    const line = `[${value.map(quoted).join(', ')}]`;
    const plain = value.every((each) => each === null || typeof each !== 'object');
    if (plain && depth * 2 + before + line.length + 1 <= lineWidth) return line;
    return `[\n${value.map((each) => inner + write(each, depth + 1)).join(',\n')}${end}]`;
  }
  if (value === null || typeof value !== 'object') return quoted(value);
  const members = Object.entries(value).map(([key, member]) => {
    const name = `${quoted(key)}: `;
    return inner + name + write(member, depth + 1, name.length);
  });
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}${end}}`;
}
