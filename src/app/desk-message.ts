/** A question about drafts or labels, as it goes to the process that answers it. */
export interface DeskQuestion {
  readonly number: number;
  /** Name of its route. */
  readonly route: string;
  readonly question: Readonly<Record<string, unknown>>;
  readonly reviewer: string | null;
  readonly whyNobody: string | null;
}

/** What became of it. `stale`: the agent's files are others than those that were loaded, and nothing was answered. */
export type DeskAnswer = { readonly number: number } & (
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'stale' }
  /** `unloaded`: the project did not load, so that the next question needs a fresh process. */
  | { readonly kind: 'fault'; readonly fault: DeskFault; readonly unloaded: boolean }
);

/** Whose fault it is: the asker's, with an HTTP status, the project's, or Docket's. */
export type DeskFault =
  | { readonly of: 'asker'; readonly status: 400 | 404 | 409; readonly message: string }
  | { readonly of: 'project'; readonly message: string; readonly isChanged: boolean }
  | { readonly of: 'docket'; readonly message: string };
