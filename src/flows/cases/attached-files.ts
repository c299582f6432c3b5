import { isAbsolute, join } from 'node:path';
import { dataUrlOf } from '../../contracts/attachment.ts';
import { readCheckoutBytes } from '../../contracts/checkout-file.ts';

/** A file that a case names and that cannot be shown to a model. */
export interface AttachedFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * An input as its case file has it, with the content of every file that it names (`{ "$file": "photos/17.png" }`, from the folder of the cases) in its
 * place, as a data URL: a changed file is a changed input, for whoever runs the case.
 * @param within folder that no file may lie outside of
 */
export function withAttachedFiles(value: unknown, folder: string, within: string, path: readonly PropertyKey[] = []) {
  const faults: AttachedFault[] = [];
  const read = (at: unknown, way: readonly PropertyKey[]): unknown => {
    if (typeof at !== 'object' || at === null) return at;
    if (!('$file' in at)) {
      if (Array.isArray(at)) return at.map((member, index) => read(member, [...way, index]));
      return Object.fromEntries(Object.entries(at).map(([name, member]) => [name, read(member, [...way, name])]));
    }
    const found = contentOf(at, folder, within);
    if ('url' in found) return found.url;
    faults.push({ path: way, message: found.fault });
    return at;
  };
  return { value: read(value, path), faults };
}

function contentOf(at: object, folder: string, within: string): { readonly url: string } | { readonly fault: string } {
  const { $file: name, ...rest } = at as { readonly $file: unknown };
  if (typeof name !== 'string' || name === '' || isAbsolute(name) || Object.keys(rest).length > 0)
    return { fault: '"$file" names one file from the folder of the cases and stands alone: { "$file": "photos/17.png" }' };
  const read = readCheckoutBytes(join(folder, name), within);
  if ('fault' in read) return { fault: `the file ${name} ${read.fault}` };
  const url = dataUrlOf(read.bytes);
  return url === undefined ? { fault: `the file ${name} is no image (PNG, JPEG, GIF, WebP) and no PDF document` } : { url };
}
