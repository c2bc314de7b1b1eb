/** Parsing answers of Redis and Sentinel. */
import type { Reply } from './connection.js';

export type Fields = Readonly<Record<string, string>>;

/** `key:value` lines, as INFO gives them. */
export function infoFields(reply: Reply): Fields {
  const fields: Record<string, string> = {};
  for (const line of String(reply).split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields[line.slice(0, colon)] = line.slice(colon + 1);
  }
  return fields;
}

/** Names and values from a flat list. */
export function pairs(reply: Reply): Fields {
  const list = Array.isArray(reply) ? (reply as readonly Reply[]) : [];
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < list.length; i += 2) fields[String(list[i])] = String(list[i + 1]);
  return fields;
}

/** The same for a list of such lists. */
export function manyPairs(reply: Reply): Fields[] {
  return Array.isArray(reply) ? (reply as readonly Reply[]).map(pairs) : [];
}
