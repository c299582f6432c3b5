import type { TrialSelection } from './trial-store.ts';

/** Values by selection. A text that names a selection would take more memory than all else that is kept of one, and there may be tens of thousands. */
export class SelectionMap<Value> {
  /** By series, by version, by case. */
  readonly #series = new Map<string, Map<string, Map<string, Value>>>();

  get({ versionFingerprint, caseFingerprint, series }: TrialSelection): Value | undefined {
    return this.#series.get(series)?.get(versionFingerprint)?.get(caseFingerprint);
  }

  set({ versionFingerprint, caseFingerprint, series }: TrialSelection, value: Value): void {
    const versions = this.#series.get(series) ?? new Map<string, Map<string, Value>>();
    this.#series.set(series, versions);
    const cases = versions.get(versionFingerprint) ?? new Map<string, Value>();
    versions.set(versionFingerprint, cases);
    cases.set(caseFingerprint, value);
  }

  clear(): void {
    this.#series.clear();
  }
}
