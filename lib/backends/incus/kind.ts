import { data } from './kinds.generated.js';

/** Name of the client program: `lxc` is LXD's. */
export type Kind = keyof typeof data;

export const KINDS = Object.keys(data) as readonly Kind[];

/** Names and commands for messages, by client. */
export const PRODUCTS = data;
