const idPrefix = 'docket:';

/** What promptfoo calls the provider that runs a version. */
export function providerId(version: string): string {
  return `${idPrefix}${version}`;
}

/** The version that a provider id names; undefined for providers of others. */
export function versionOfProvider(id: string): string | undefined {
  return id.startsWith(idPrefix) ? id.slice(idPrefix.length) : undefined;
}
