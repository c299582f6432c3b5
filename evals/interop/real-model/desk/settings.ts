/** Small answers, and few of them: the model says nothing worth waiting for. */
export const settings = { effort: null, maxTokens: 60, maxTurns: 4, deadlineMs: 100_000 } as const;
