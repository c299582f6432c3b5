import { createRequire } from 'node:module';
import { foldedWord } from './folded-word.ts';
import { moreGivenNames } from './more-given-names.ts';
import { brandWords, ordinaryWords } from './no-person.ts';

/** Words that are names of people, of places, or neither; all folded. */
export interface NameLists {
  readonly given: ReadonlySet<string>;
  readonly family: ReadonlySet<string>;
  /** Cities, states and countries, of several words too. */
  readonly places: ReadonlySet<string>;
  /** English words of every day, months and days of the week. */
  readonly everyday: ReadonlySet<string>;
  readonly organisations: ReadonlySet<string>;
}

interface LocaleData {
  readonly person?: { readonly first_name?: unknown; readonly last_name?: unknown };
  readonly location?: { readonly city_name?: unknown; readonly country?: unknown; readonly state?: unknown; readonly county?: unknown };
  readonly word?: Readonly<Record<string, unknown>>;
  readonly vehicle?: { readonly manufacturer?: unknown; readonly model?: unknown };
}

interface Tagger {
  model(): { readonly one: { readonly lexicon: Readonly<Record<string, string | readonly string[]>> } };
}

let loaded: NameLists | undefined;

/** How the tagger's lexicon calls what goes into which list; what it calls otherwise is no name. */
const lists: Readonly<Record<string, keyof NameLists>> = {
  MaleName: 'given',
  FemaleName: 'given',
  FirstName: 'given',
  LastName: 'family',
  City: 'places',
  Region: 'places',
  Country: 'places',
  Place: 'places',
  Organization: 'organisations',
  SportsTeam: 'organisations',
};
const noWords: ReadonlySet<string> = new Set(['Person', 'ProperNoun', 'Abbreviation', 'Honorific', 'Demonym']);

/**
 * Names of 77 languages and countries as Faker keeps them, with the English lexicon of compromise. Half a second of loading, so it waits for the first
 * text that is redacted.
 */
export function nameLists(): NameLists {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  const { allLocales } = require('@faker-js/faker') as { allLocales: Readonly<Record<string, LocaleData>> };
  const sets: Record<keyof NameLists, Set<string>> = {
    given: new Set(moreGivenNames),
    family: new Set(),
    places: new Set(),
    everyday: new Set(ordinaryWords),
    organisations: new Set(brandWords),
  };
  for (const { person, location } of Object.values(allLocales)) {
    addAll(sets.given, person?.first_name);
    addAll(sets.family, person?.last_name);
    for (const places of [location?.city_name, location?.country, location?.state]) addAll(sets.places, places);
  }
  addAll(sets.everyday, allLocales.en?.word);
  for (const names of [allLocales.en?.vehicle?.manufacturer, allLocales.en?.vehicle?.model]) addAll(sets.organisations, names);
  const { lexicon } = (require('compromise/two') as Tagger).model().one;
  for (const [word, tag] of Object.entries(lexicon)) {
    for (const each of typeof tag === 'string' ? [tag] : tag) {
      const list = Object.hasOwn(lists, each) ? lists[each] : undefined;
      if (list) sets[list].add(foldedWord(word));
      else if (!noWords.has(each)) sets.everyday.add(foldedWord(word));
    }
  }
  loaded = sets;
  return sets;
}

/** Adds every text in a value of whatever depth; a weighted one is an object with `value`. */
function addAll(into: Set<string>, value: unknown): void {
  if (typeof value === 'string') into.add(foldedWord(value));
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) addAll(into, each);
}
