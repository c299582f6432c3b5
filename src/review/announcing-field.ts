import { detectors } from './detectors/detectors.ts';

/** Names may come from whoever sent the trace. */
const longestName = 200;

/**
 * What a field holds by its name alone, for example `phone` for `homePhone`; undefined when the name announces nothing.
 * @param path names from the outermost field to this one, with dots between them
 */
export function announcedKind(path: string): string | undefined {
  const words = path
    .slice(-longestName)
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .replace(/[\s-]+/g, '_')
    .toLowerCase()
    .split('.');
  const names = [words.at(-1) ?? '', words.slice(-2).join('_')];
  return detectors.find(({ fieldName }) => fieldName !== undefined && names.some((name) => fieldName.test(name)))?.kind;
}
