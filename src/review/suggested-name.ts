import { withoutAttached } from '../contracts/attachment.ts';
import type { JsonObject } from '../contracts/json.ts';
import { shownDecision } from './shown-decision.ts';

/** Fields of an input that a title tells. */
const mostFields = 4;
const longestTitle = 100;
const longestId = 60;

/** A title for a case that nobody named: what its input says. Undefined where the input has nothing that fits a line. */
export function suggestedTitle(input: JsonObject): string | undefined {
  const told = Object.entries(withoutAttached(input)).filter(
    ([, value]) =>
      typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length > 0 && value.length <= 30),
  );
  const shown: string[] = [];
  for (const [field, value] of told.slice(0, mostFields)) {
    const next = shownDecision({ [field]: value }).replaceAll('"', '');
    if ([...shown, next].join(', ').length > longestTitle) break;
    shown.push(next);
  }
  return shown.length > 0 ? shown.join(', ') : undefined;
}

/**
 * The id of a case by its title: `A loan of 5.4 times income` is `a-loan-of-5-4-times-income`, with a number behind it where that is taken.
 * @returns undefined where the title has no letter or digit that ids may have
 */
export function suggestedId(title: string, isTaken: (id: string) => boolean): string | undefined {
  const words = title
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/(?<=\d),(?=\d)/g, '')
    .toLowerCase();
  let id = words.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  if (id.length > longestId)
    id = id
      .slice(0, longestId + 1)
      .replace(/-[^-]*$/, '')
      .slice(0, longestId);
  if (id === '') return undefined;
  for (let number = 1; number < 1000; number += 1) {
    const name = number === 1 ? id : `${id}-${number}`;
    if (!isTaken(name)) return name;
  }
  return undefined;
}
