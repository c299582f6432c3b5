import { DocketError } from '../../../contracts/docket-error.ts';
import type { JsonValue } from '../../../contracts/json.ts';
import { suiteDocument } from '../../source/suite-document.ts';
import type { BesideFiles } from '../../source/suite-source.ts';

/** A file that a configuration names, or why it is not read. */
export type Referenced = { readonly file: string; readonly text: string } | { readonly fault: string };

/** Files behind a `file://` reference or a path: in the folder of the configuration alone, and none of them is run. */
export function referencedFiles(reference: string, beside: BesideFiles): Referenced[] {
  if (/^(?!file:)[a-z][a-z+.-]*:/i.test(reference))
    return [{ fault: `${reference} is not read: it is no file. Download it, and import it by itself` }];
  const path = reference.replace(/^file:\/\//, '');
  if (/\.(?:[cm]?[jt]s|py)(?::[\w.]+)?$/.test(path)) return [{ fault: `${path} is code, which is never run by an import` }];
  if (/\.xlsx?(?:#.*)?$/i.test(path)) return [{ fault: `${path} is a spreadsheet: save it as CSV` }];
  const paths = /[*?[\]{}]/.test(path) ? beside.matching(path) : [path];
  if (paths.length === 0) return [{ fault: `no file matches ${path}` }];
  return paths.map((each) => beside.read(each));
}

/** What a YAML or JSON file holds; a text for any other. */
export function referencedValue({ file, text }: { readonly file: string; readonly text: string }): JsonValue {
  return /\.(?:ya?ml|json)$/i.test(file) ? suiteDocument(text, file).value : text.trim();
}

/** What a reference in the place of a value stands for. */
export function referencedIn(reference: string, beside: BesideFiles): { readonly value: JsonValue } | { readonly fault: string } {
  const files = referencedFiles(reference, beside);
  const [only] = files;
  if (files.length !== 1 || !only) return { fault: `${reference} stands for ${files.length} files` };
  if ('fault' in only) return only;
  try {
    return { value: referencedValue(only) };
  } catch (error) {
    if (error instanceof DocketError) return { fault: error.message };
    throw error;
  }
}
