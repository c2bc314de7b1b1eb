/** The only importer of ioredis. Apart: it was a quarter of what a command on a lab loads, and many of them connect to nobody. */
export { AbstractConnector, Redis } from 'ioredis';
