const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** A p or an e-value: whole from 100 on, else two digits, with exponents where they are shorter. */
export function statistic(value: number): string {
  if (value === 0) return '0';
  if (value >= 100 && value < 1_000_000) return grouped.format(Math.round(value));
  return value >= 0.001 && value < 100 ? grouped.format(Number(value.toPrecision(2))) : value.toExponential(1);
}
