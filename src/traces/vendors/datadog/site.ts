import { DocketError } from '../../../contracts/docket-error.ts';

/** The site of a Datadog account, `datadoghq.com` unless it is said. @throws {DocketError} when it is no host name */
export function datadogSite(site = 'datadoghq.com'): string {
  if (/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/i.test(site)) return site;
  throw new DocketError('DD_SITE is not a host name. Set it to the site of your account, for example datadoghq.eu.');
}
