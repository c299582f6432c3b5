import { ownField } from './own-field.ts';

/** An amount of money; the currency is undefined where nothing names one. */
export interface Money {
  readonly amount: number;
  readonly currency: string | undefined;
}

/** Signs that stand for one currency. `¥` stands for two, and is only the same as itself. */
const signs: Readonly<Record<string, string>> = { $: 'USD', US$: 'USD', '€': 'EUR', '£': 'GBP', '₹': 'INR', '¥': '¥' };

/** ISO 4217, as the platform knows it; asked for when it is first needed. */
let codes: ReadonlySet<string> | undefined;

const currencyPattern = String.raw`(?:US\$|[$€£₹¥]|[A-Za-z]{3})`;
const written = new RegExp(String.raw`^([-+−]?)\s*(${currencyPattern})?\s*([-+−]?)\s*(\d[\d.,'’\s]*)\s*(${currencyPattern})?$`, 'u');

/**
 * The amount in a value: a number, `"$1,250.00"`, `"1250 USD"`, `"1.250,50 €"`, `{amount: 1250, currency: "USD"}`. Undefined where it holds none, where it
 * names two currencies, and where it could be read in two ways (`"1.250"`).
 */
export function moneyIn(value: unknown): Money | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? { amount: value, currency: undefined } : undefined;
  if (typeof value === 'string') return moneyInText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  const amount = moneyIn(ownField(members, 'amount') ?? ownField(members, 'value'));
  const currency = ownField(members, 'currency') ?? ownField(members, 'currency_code');
  if (!amount || Object.keys(members).length !== 2 || typeof currency !== 'string') return undefined;
  const named = currencyOf(currency.trim());
  if (named === undefined || (amount.currency !== undefined && amount.currency !== named)) return undefined;
  return { amount: amount.amount, currency: named };
}

function moneyInText(text: string): Money | undefined {
  const [, first = '', before, second = '', digits = '', after] = written.exec(text.trim()) ?? [];
  const amount = amountIn(digits.trim());
  if (amount === undefined || (first !== '' && second !== '')) return undefined;
  const named = [before, after].filter((currency) => currency !== undefined);
  const currencies = new Set(named.map(currencyOf));
  // Three letters that are no currency: an order number, a version.
  if (currencies.size > 1 || (named.length > 0 && currencies.has(undefined))) return undefined;
  const [currency] = currencies;
  return { amount: /[-−]/.test(first + second) ? -amount : amount, currency };
}

function currencyOf(written: string): string | undefined {
  if (Object.hasOwn(signs, written)) return signs[written];
  const code = written.toUpperCase();
  codes ??= new Set(Intl.supportedValuesOf('currency'));
  return codes.has(code) ? code : undefined;
}

/** The last separator is a decimal one, unless three digits follow it: then a comma parts thousands, and of a dot nobody can say. */
function amountIn(digits: string): number | undefined {
  if (/^\d+(\.\d{1,2})?$/.test(digits)) return Number(digits);
  if (/^\d+,\d{1,2}$/.test(digits)) return Number(digits.replace(',', '.'));
  if (/^\d{1,3}([,'’\s]\d{3})+(\.\d{1,2})?$/.test(digits)) return Number(digits.replaceAll(/[,'’\s]/g, ''));
  if (/^\d{1,3}(\.\d{3})+,\d{1,2}$|^\d{1,3}(\.\d{3}){2,}$/.test(digits)) return Number(digits.replaceAll('.', '').replace(',', '.'));
  if (/^\d{1,3}([\s'’]\d{3})+,\d{1,2}$/.test(digits)) return Number(digits.replaceAll(/[\s'’]/g, '').replace(',', '.'));
  return undefined;
}
