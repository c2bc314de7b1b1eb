import { data } from './kinds.generated.js';

/** What the client is called: `lxc` is LXD's. */
export type Kind = keyof typeof data;

export const KINDS = Object.keys(data) as readonly Kind[];

/** How a server is started and spoken to, by its kind. */
export const WAYS = data;
