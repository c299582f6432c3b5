import { detectors } from './detectors/detectors.ts';
import { foldedWord } from './names/folded-word.ts';
import { announcers, things } from './names/no-person.ts';

/** Names may come from whoever sent the trace. */
const longestName = 200;

/**
 * What a field holds by its name alone, for example `phone` for `homePhone`; undefined when the name announces nothing.
 * @param path names from the outermost field to this one, with dots between them
 */
export function announcedKind(path: string): string | undefined {
  const words = spelled(path).split('.');
  const names = [words.at(-1) ?? '', words.slice(-2).join('_')];
  return detectors.find(({ fieldName }) => fieldName !== undefined && names.some((name) => fieldName.test(name)))?.kind;
}

/** True of the name of a field in which people are named beside other things: `passengers`, `coApplicant`. */
export function announcesPeople(path: string): boolean {
  return announcers.has(foldedWord(lastWord(path)));
}

/** True of the name of a field that holds a place or a thing, which may be called like a person: `city`, `productName`. */
export function announcesThing(path: string): boolean {
  return things.has(lastWord(path.replace(/(?:[Nn]ame|_name)$/, '')));
}

function lastWord(path: string): string {
  return /[^_.]*$/.exec(spelled(path))?.[0] ?? '';
}

function spelled(path: string): string {
  return path
    .slice(-longestName)
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .replace(/[\s-]+/g, '_')
    .toLowerCase();
}
