import { fileURLToPath } from 'node:url';

/** ` (file:line:column)` of the project's code that threw, for an error somewhere behind its imports; empty when the stack names none. */
export function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  // Of what cannot be linked the first line says where, without a column.
  const [, linked, line] = /^(?:file:\/\/)?(\/\S+?)(?:\?\S*)?:(\d+)\n/.exec(stack) ?? [];
  if (linked && line) return ` (${linked}:${line})`;
  const places = [...stack.matchAll(/(file:\/\/[^\s()]+?):(\d+:\d+)\)?$/gm)];
  const own = places.find(([, url = '']) => !url.includes('/node_modules/'));
  return own ? ` (${fileURLToPath(own[1] ?? '')}:${own[2]})` : '';
}
