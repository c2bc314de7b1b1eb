/** The only importer of ioredis. Apart: it is a third of what running a lab takes, and most commands connect to nobody. */
export { Redis } from 'ioredis';
