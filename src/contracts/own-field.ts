/**
 * A field's value as the object itself has it. A field's name comes from outside, and may be that of something which every object inherits:
 * `constructor`, `toString`, `__proto__`.
 */
export function ownField<Value>(object: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}
