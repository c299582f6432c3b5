import { z } from 'zod';

/** Who answers for a version of an agent that is a server somewhere else. */
export const servedSchema = z.object({
  /** Without what may be secret of it. */
  address: z.string(),
  /** The version as the server says it; null where that cannot be known. */
  version: z.string().nullable(),
  /** Why it cannot be known, as the end of a sentence that begins with the address. */
  why: z.string().optional(),
  /** Stands for a version that is not known: no two runs take theirs for the same. */
  token: z.string().optional(),
});
export type Served = z.infer<typeof servedSchema>;
