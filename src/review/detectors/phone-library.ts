import { createRequire } from 'node:module';
import type { CountryCode, Examples, PhoneNumber } from 'libphonenumber-js/max';

interface Library {
  parsePhoneNumberFromString(text: string, country?: CountryCode): PhoneNumber | undefined;
  getExampleNumber(country: CountryCode, examples: Examples): PhoneNumber | undefined;
  getCountries(): CountryCode[];
}

let loaded: { readonly library: Library; readonly groupings: ReadonlyMap<string, readonly CountryCode[]> } | undefined;

/** Google's rules of telephone numbers, loaded for the first text that may hold one; and how each country writes mobile numbers, as digits a group. */
function phones() {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  const library = require('libphonenumber-js/max') as Library;
  const examples = require('libphonenumber-js/examples.mobile.json') as Examples;
  const groupings = new Map<string, CountryCode[]>();
  for (const country of library.getCountries()) {
    const example = library.getExampleNumber(country, examples);
    // With the 0 that is dialled in the country, and without.
    const abroad = example?.formatInternational().replace(`+${example.countryCallingCode}`, '') ?? '';
    for (const grouping of new Set([groupingOf(example?.formatNational() ?? ''), groupingOf(abroad)]))
      groupings.set(grouping, [...(groupings.get(grouping) ?? []), country]);
  }
  loaded = { library, groupings };
  return loaded;
}

function groupingOf(number: string): string {
  return (number.match(/\d+/g) ?? []).map(({ length }) => length).join('-');
}

/** True of a number that some country gives to mobile telephones, in the groups in which that country writes them. */
export function isMobileNumber(number: string): boolean {
  const { library, groupings } = phones();
  return (groupings.get(groupingOf(number)) ?? []).some((country) => {
    const type = library.parsePhoneNumberFromString(number, country)?.getType();
    return type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE';
  });
}

/** How many digits the country's calling code has in a number that begins with a plus, when the number is as long as that country's are; 0 otherwise. */
export function callingCodeLength(number: string): number {
  const parsed = phones().library.parsePhoneNumberFromString(number);
  return parsed?.isPossible() ? parsed.countryCallingCode.length : 0;
}
