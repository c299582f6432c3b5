import { z } from 'zod';

/** A version as it is asked for; no word that could be taken for an option. */
export const versionName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/@:-]{0,199}$/, 'expected v2, v1/v2 or v2@model');
