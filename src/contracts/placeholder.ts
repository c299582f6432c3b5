/** What stands in a prompt, a description or a schema where a person has to write something: nothing that has one is loaded. */
const begin = '<<TO WRITE';

/**
 * @param id of the change that needs it: `P2-1`
 * @param what has to be written, on one line
 */
export function placeholder(id: string, what: string): string {
  return `${begin} ${id}: ${what.replaceAll(/[<>]/g, '')}>>`;
}

/** The placeholder that a text still holds, on one line; undefined where it holds none. */
export function placeholderIn(text: string): string | undefined {
  return new RegExp(`${begin}[^>]*>*`).exec(text)?.[0].replaceAll(/\s+/g, ' ');
}
