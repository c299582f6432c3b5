import { z } from 'zod';

/** Any value JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A JSON object: what a tool receives, what an agent decides. */
export type JsonObject = { [key: string]: JsonValue };

/** Accepts any JSON value; numbers must be finite. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.json();

/** Accepts any JSON object. */
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json());
