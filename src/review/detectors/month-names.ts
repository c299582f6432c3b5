const languages = 'en de fr es pt it nl pl cs sv da nb fi hu tr ru uk el ro hr id'.split(' ');

let loaded: ReadonlyMap<string, string> | undefined;

/** Names of months, in small letters, in the forms that stand in dates, with January's in the same language and form. */
export function monthNames(): ReadonlyMap<string, string> {
  if (loaded) return loaded;
  const names = new Map<string, string>();
  for (const language of languages) {
    for (const month of ['long', 'short'] as const) {
      for (const options of [{ month }, { month, day: 'numeric' }] as const) {
        const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
        const name = (index: number) =>
          (format.formatToParts(Date.UTC(2024, index, 1)).find(({ type }) => type === 'month')?.value ?? '')
            .replace(/\.$/, '')
            .toLowerCase();
        for (let index = 0; index < 12; index += 1) if (!names.has(name(index))) names.set(name(index), name(0));
      }
    }
  }
  loaded = names;
  return names;
}

/** January in a month's language, with its capitals. */
export function januaryOf(month: string): string {
  const january = monthNames().get(month.toLowerCase()) ?? month;
  if (month === month.toUpperCase()) return january.toUpperCase();
  return month.charAt(0) === month.charAt(0).toUpperCase() ? january.charAt(0).toUpperCase() + january.slice(1) : january;
}
