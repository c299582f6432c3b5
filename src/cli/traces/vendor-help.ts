import { type Direction, vendorsOf } from '../../traces/vendors/vendors.ts';

/** What has to be set for each vendor, a line each. */
export function vendorHelp(direction: Direction): string {
  const vendors = vendorsOf(direction);
  const width = Math.max(...vendors.map(({ name }) => name.length));
  return vendors.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}`).join('\n');
}

/** `Logfire, Langfuse or Phoenix`. */
export function vendorTitles(direction: Direction): string {
  const titles = vendorsOf(direction).map(({ title }) => title);
  return `${titles.slice(0, -1).join(', ')} or ${titles.at(-1)}`;
}
