// Careful reading of small JSON objects that strangers sent. For rare messages: this allocates.
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Characters that would move a terminal's cursor or turn its writing direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object that the bytes are, or null: too long, not UTF-8, not JSON, not an object. [any-thread] */
export function parseJsonObject(bytes: Uint8Array, bytesMax: number): JsonObject | null {
  if (bytes.length > bytesMax) return null;
  try {
    return asObject(JSON.parse(decoder.decode(bytes)));
  } catch {
    return null;
  }
}

export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** A member of the object's own, never one it inherits. */
export function member(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A number in the range, or null. */
export function numberMember(object: JsonObject, key: string, min: number, max: number): number | null {
  const value = member(object, key);
  return typeof value === 'number' && value >= min && value <= max ? value : null;
}

/** A whole number in the range, or null. */
export function wholeMember(object: JsonObject, key: string, min: number, max: number): number | null {
  const value = numberMember(object, key, min, max);
  return value !== null && Number.isInteger(value) ? value : null;
}

/** A text without unprintable characters, cut to `charactersMax`; null when it is none. */
export function textMember(object: JsonObject, key: string, charactersMax: number): string | null {
  const value = member(object, key);
  if (typeof value !== 'string') return null;
  return [...value.replace(UNPRINTABLE, '')].slice(0, charactersMax).join('');
}
