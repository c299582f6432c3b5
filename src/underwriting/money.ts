const withCents = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const withoutCents = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });

/** Dollars and cents: `$1,696.97`. */
export function dollarsAndCents(amount: number): string {
  return withCents.format(amount);
}

/** Whole dollars, rounded: `$8,333`. */
export function wholeDollars(amount: number): string {
  return withoutCents.format(amount);
}

/** As a person writes it, with cents only if there are any: `$250,000`, `$1,696.97`. */
export function dollars(amount: number): string {
  return dollarsAndCents(amount).replace(/\.00$/, '');
}
