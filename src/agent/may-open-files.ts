import type { Agent } from './define-agent.ts';

/** True where an agent may open files as it runs; the code of others was loaded once. */
export function mayOpenFiles({ own, reads = [], versions }: Pick<Agent, 'own' | 'reads' | 'versions'>): boolean {
  return (
    (own !== undefined && own.kind !== 'function') ||
    reads.length > 0 ||
    Object.values(versions).some(({ factors = {} }) => Object.keys(factors).length > 0)
  );
}
