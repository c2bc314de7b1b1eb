/** What can run the nodes of a lab. */
export const BACKEND_NAMES = ['local', 'incus', 'vagrant'] as const;

export type BackendName = (typeof BACKEND_NAMES)[number];
