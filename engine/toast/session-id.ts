const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a, 32 bits, of the UTF-8 bytes of a text. [any-thread] */
export function fnv1a32(text: string): number {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}

/** The number a session's packets carry. 0 means "every session" in discovery, so no name may have it. [any-thread] */
export function sessionIdOf(sessionName: string): number {
  return fnv1a32(sessionName) || 1;
}
