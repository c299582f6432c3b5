import { distance } from 'fastest-levenshtein';

/** More names than this are counted. */
const mostNames = 12;

/**
 * What to say after "There is no such name": the one that was probably meant, otherwise the names there are.
 * @returns ` Did you mean "approved"?` or ` Known: approved, amount.`, with the blank before it
 */
export function didYouMean(name: string, known: Iterable<string>): string {
  const names = [...known];
  const [nearest] = names
    .map((each) => ({ each, edits: editsBetween(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, edits }) => edits <= Math.floor(Math.min(name.length, each.length) / 3))
    .sort((one, other) => one.edits - other.edits);
  if (nearest) return ` Did you mean "${nearest.each}"?`;
  if (names.length === 0) return ' There are none.';
  const more = names.length - mostNames;
  return ` Known: ${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** Two letters that changed places are one slip of the pen, and not two. */
function editsBetween(one: string, other: string): number {
  const edits = distance(one, other);
  return edits === 2 && [...one].sort().join('') === [...other].sort().join('') ? 1 : edits;
}
