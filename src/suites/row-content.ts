import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { Case } from '../contracts/case.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { isObject } from './json-values.ts';

/** What an import decides of a case; everything else is a person's. */
export interface RowContent {
  readonly title: string;
  readonly input: JsonObject;
  /** Absent where the row has no label. */
  readonly decision?: JsonObject;
  readonly tags?: readonly string[];
  readonly critical?: boolean;
}

/** What an import would have to compare of a case that is there. */
export function contentOf({
  title,
  input,
  label,
  tags,
  critical,
}: Pick<Case, 'title' | 'input' | 'label' | 'tags' | 'critical'>): RowContent {
  return { title, input, decision: label.decision, ...(tags ? { tags } : {}), ...(critical ? { critical } : {}) };
}

/** Hash of a content; tags that are none are no tags. */
export function contentHash(content: RowContent): string {
  return sha256(canonicalJson(plain(content)));
}

/** One value that is another one now. */
export interface ContentChange {
  readonly field: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** Where two contents differ, leaf by leaf. */
export function contentChanges(before: RowContent, after: RowContent): ContentChange[] {
  return changes([], plain(before), plain(after));
}

function plain({ title, input, decision, tags = [], critical }: RowContent): JsonObject {
  return {
    title,
    input,
    ...(decision === undefined ? {} : { expected: decision }),
    ...(tags.length > 0 ? { tags: [...tags] } : {}),
    ...(critical ? { critical: true } : {}),
  };
}

function changes(path: readonly string[], before: JsonValue | undefined, after: JsonValue | undefined): ContentChange[] {
  if (isObject(before) && isObject(after)) {
    const [was, is] = [before, after];
    const own = (object: JsonObject, name: string) => (Object.hasOwn(object, name) ? object[name] : undefined);
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) =>
      changes([...path, name], own(was, name), own(is, name)),
    );
  }
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) return [];
  return [{ field: path.join('.'), ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}
