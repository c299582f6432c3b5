import type { Reviews } from '../../contracts/approval.ts';
import type { PostgresAddress } from '../../database/postgres/postgres-address.ts';
import type { TrialSigner } from '../../trials/trial-signer.ts';

/** What was taken out of the environment before code of the change ran. */
export interface GateSecrets {
  readonly signer: TrialSigner | undefined;
  readonly reviews: Reviews | undefined;
  /** Where trials are kept for a whole team. */
  readonly shared: PostgresAddress | undefined;
}
