/** The only importer of ioredis, which takes long to load: files import this one when they connect. */
export { AbstractConnector, Redis } from 'ioredis';
