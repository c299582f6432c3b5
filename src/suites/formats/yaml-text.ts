import { stringify } from 'yaml';
import type { JsonValue } from '../../contracts/json.ts';
import { visibleText } from '../../text/hostile-text.ts';
import { isObject } from '../json-values.ts';

/** Words that YAML 1.1, which PyYAML reads, takes for something else than a text. */
const otherWords = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|~)$/i;

/**
 * YAML that versions 1.1 and 1.2 read alike: every text in quotation marks, names only where one of them could be taken for something else, no
 * anchors, no folded lines.
 */
export function yamlText(value: JsonValue): string {
  const text = stringify(value, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: hasPlainNames(value) ? 'PLAIN' : 'QUOTE_DOUBLE',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  // Whatever a terminal would obey stands in quotation marks, where an escape keeps the value.
  return visibleText(text);
}

function hasPlainNames(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.every(hasPlainNames);
  if (!isObject(value)) return true;
  return Object.entries(value).every(([name, member]) => /^[a-z_][\w-]*$/i.test(name) && !otherWords.test(name) && hasPlainNames(member));
}
