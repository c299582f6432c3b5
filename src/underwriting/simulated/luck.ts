import type { Random } from '../../index.ts';

/** What varies between trials, each a number in [0, 1). */
export interface Luck {
  readonly skipping: number;
  readonly balance: number;
  readonly leniency: number;
  readonly maximum: number;
  readonly guess: number;
  readonly guessKind: number;
  readonly payment: number;
  readonly term: number;
  readonly income: number;
  readonly opposite: number;
  readonly wording: number;
}

/** Draws all of it in one fixed order, whatever the prompt says, so that one rule's absence never shifts another's chance. */
export function drawLuck(random: Random): Luck {
  return {
    skipping: random(),
    balance: random(),
    leniency: random(),
    maximum: random(),
    guess: random(),
    guessKind: random(),
    payment: random(),
    term: random(),
    income: random(),
    opposite: random(),
    wording: random(),
  };
}
