/**
 * Checked values of settings.
 * The handler has no validation library, because it would take up much of its start-up time.
 */

/** The settings cannot be used. The message names the setting, and holds none of its values. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Parses a value that can be absent. */
export function optional<T>(value: unknown, parse: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : parse(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object. Throws SettingsError for anything else. */
export function record(value: unknown, what: string): Record<string, unknown> {
  if (!isRecord(value)) throw new SettingsError(`${what} must be an object`);
  return value;
}

/** Refuses an unknown setting instead of ignoring it, because it could make the function safer. */
export function known(fields: Record<string, unknown>, names: readonly string[], what: string): void {
  if (Object.keys(fields).some((name) => !names.includes(name)))
    throw new SettingsError(`${what} holds an unknown name`);
}

/** A list, each item parsed. */
export function list<T>(value: unknown, what: string, parse: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new SettingsError(`${what} must be a list`);
  return value.map((item: unknown) => parse(item));
}

/** An object whose values are texts. */
export function strings(value: unknown, what: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(value, what)).map(([name, item]) => [name, text(item, what)]),
  );
}

/** A text that is not empty. */
export function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw new SettingsError(`${what} must be a text`);
  return value;
}

/** True or false. */
export function bool(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw new SettingsError(`${what} must be true or false`);
  return value;
}

/** A finite number. */
export function number(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new SettingsError(`${what} must be a number`);
  return value;
}

/** One of the allowed texts. `absent` stands in for no value. */
export function oneOf<const T extends string>(
  value: unknown,
  allowed: readonly T[],
  what: string,
  absent?: T,
): T {
  const chosen = value === undefined ? absent : allowed.find((item) => item === value);
  if (chosen === undefined) throw new SettingsError(`${what} must be one of ${allowed.join(', ')}`);
  return chosen;
}
