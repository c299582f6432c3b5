import { createHmac, timingSafeEqual } from 'node:crypto';
import { DocketError } from '../contracts/docket-error.ts';
import type { TrialKey } from '../contracts/trial.ts';

/** Names the environment variable that holds the secret; no other place is asked, a `.env` of the checkout least of all. */
export const storeSecretVariable = 'DOCKET_STORE_SECRET';

/** Fewer characters than this can be guessed. */
const shortestSecret = 32;

/** Signs trials, so that a store shows which of them were run where the secret is. */
export class TrialSigner {
  readonly #secret: string;

  /** @throws {DocketError} when the secret is too short to be one */
  constructor(secret: string) {
    if (secret.length < shortestSecret) {
      throw new DocketError(
        `${storeSecretVariable} has ${secret.length} characters and needs at least ${shortestSecret}. Make one with: openssl rand -hex 32`,
      );
    }
    this.#secret = secret;
  }

  /**
   * HMAC-SHA256 (RFC 2104) over the trial's whole key and its content, in hexadecimal: a row that was copied under another key has no valid one.
   * @param text the trial as its row holds it
   */
  sign({ versionFingerprint, caseFingerprint, series, number }: TrialKey, text: string): string {
    const signed = JSON.stringify(['docket trial', 1, versionFingerprint, caseFingerprint, series, number, text]);
    return createHmac('sha256', this.#secret).update(signed).digest('hex');
  }

  /** HMAC-SHA256 over a text that is no trial, in hexadecimal. What kind of text it is goes in too, so that none is taken for another. */
  signText(kind: string, text: string): string {
    return createHmac('sha256', this.#secret)
      .update(JSON.stringify(['docket text', 1, kind, text]))
      .digest('hex');
  }

  isSigned(key: TrialKey, text: string, signature: string | undefined): boolean {
    const [given, right] = [Buffer.from(signature ?? ''), Buffer.from(this.sign(key, text))];
    return given.length === right.length && timingSafeEqual(given, right);
  }
}

/**
 * The signer of the environment; undefined where there is no secret.
 * @throws {DocketError} when the secret is too short to be one
 */
export function signerFrom(environment: NodeJS.ProcessEnv): TrialSigner | undefined {
  const secret = environment[storeSecretVariable];
  return secret === undefined || secret === '' ? undefined : new TrialSigner(secret);
}
