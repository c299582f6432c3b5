import { InvalidArgumentError } from 'commander';
import { mostShards, type Shard } from '../../contracts/shard.ts';
import type { GateBudget } from '../../flows/gate/gate-request.ts';

/** Reads a whole number of at least `least`, for commander. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}

/** Reads a share between 0 and 1, for commander. */
export function share(text: string): number {
  const value = Number(text);
  if (/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text) && value <= 1) return value;
  throw new InvalidArgumentError('Expected a share between 0 and 1, for example 0.05.');
}

/** Reads an amount of dollars above 0, for commander. */
export function dollars(text: string): number {
  const value = Number(text.replace(/^\$/, ''));
  if (/^\$?(?:\d+(?:\.\d+)?|\.\d+)$/.test(text) && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected an amount of dollars above 0, for example 2.50.');
}

/** Reads the most that a gate may use, for commander: `200` are model runs, `$5`, `5usd` and `2.50` with either are dollars. */
export function gateBudget(text: string): GateBudget {
  const amount = /^\$(.+)$/.exec(text)?.[1] ?? /^(.+?) ?usd$/i.exec(text)?.[1];
  if (amount !== undefined) return { kind: 'dollars', dollars: dollars(amount) };
  if (/^[1-9]\d{0,8}$/.test(text)) return { kind: 'runs', runs: Number(text) };
  throw new InvalidArgumentError("Expected a number of model runs (200) or an amount of dollars ('$5' in quotation marks, or 5usd).");
}

/** Reads which part of how many, for commander: `2/3`. */
export function shardOf(text: string): Shard {
  const [, first = '', second = ''] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const [number, count] = [Number(first), Number(second)];
  if (first !== '' && number >= 1 && number <= count && count <= mostShards) return { number, count };
  const why =
    count > mostShards
      ? `At most ${mostShards} shards.`
      : 'The first number is that of this shard, from 1; the second says how many there are.';
  throw new InvalidArgumentError(`Expected a part of the whole, for example 2/3. ${why}`);
}

/** Reads names separated by commas; given twice, the lists are joined. For commander. */
export function names(text: string, before: readonly string[] = []): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === '')) throw new InvalidArgumentError('Expected names separated by commas, for example v1,v2.');
  return [...before, ...parts];
}

/** Reads a port, for commander; 0 takes a free one. */
export function portNumber(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('Expected a port, 0 to 65535.');
}
