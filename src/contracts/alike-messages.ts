/** Messages of one kind: the first that came, and how many there were. */
export interface AlikeMessages {
  readonly message: string;
  readonly count: number;
}

/** Puts together messages that differ in the request's id only, which is another one each time. In the order of the first of each. */
export function groupAlike(messages: readonly string[]): AlikeMessages[] {
  const groups = new Map<string, AlikeMessages>();
  for (const message of messages) {
    const kind = message.replaceAll(/\brequest [\w-]+/g, 'request');
    const known = groups.get(kind);
    groups.set(kind, { message: known?.message ?? message, count: (known?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}
