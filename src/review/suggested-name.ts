/** As long as the id of a case that is made of its title. */
const longestId = 60;

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
