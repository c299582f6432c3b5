import type { GateProject } from './gate-project.ts';

/** What a verdict file says, without what only tells when and where its runs were made, and in which order those of one batch ended. */
export function verdictSaid(project: Pick<GateProject, 'read'>): Readonly<Record<string, unknown>> {
  const { createdAt: _, rerun: __, spending: ___, ...rest } = JSON.parse(project.read('reports/verdict.json')) as Record<string, unknown>;
  const plain = (key: string, value: unknown) => {
    if (key === 'trials' && Array.isArray(value))
      return (value as { number: number }[]).toSorted((one, other) => one.number - other.number);
    if (/(?:At|[dD]urationMs)$/.test(key)) return undefined;
    // Means are added up in the order in which trials end: their last digit may differ.
    return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
  };
  return JSON.parse(JSON.stringify(rest, plain));
}

/** Parcels beside those that every counter has, so that there are trials to divide. */
export const moreParcels = { nine: 9, twelve: 12, tiny: 1, huge: 90 } as const;
