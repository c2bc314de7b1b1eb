import {
  builderOf,
  isClient,
  type LabModel,
  type MachineModel,
  masterOf,
  SHARE_PORT,
  sharesBuild,
} from '../model/model.js';
import { shellQuote } from './shell-quote.js';

/**
 * How a node compiles Redis: arguments of make, which identify a finished build together with its source.
 * systemd support lets the unit wait until Redis is ready; -O2 spares the memory that -O3's whole-program
 * link takes.
 */
export const NODE_BUILD_FLAGS: readonly string[] = [
  'MALLOC=jemalloc',
  'USE_SYSTEMD=yes',
  'BUILD_TLS=no',
  'OPTIMIZATION=-O2',
];

/** `lab.env`: what the scripts of a machine need to know, as shell assignments. */
export function labEnv(lab: LabModel, node: MachineModel): string {
  const { redis } = lab;
  const values: Record<string, string | number | boolean> = {
    NODE_NAME: node.name,
    NODE_IP: node.ip,
    RUN_REDIS: !isClient(node) && node.runsRedis,
    RUN_SENTINEL: !isClient(node) && node.runsSentinel,
    MASTER_IP: masterOf(lab).ip,
    ENGINE: redis.engine,
    VERSION: redis.version,
    INSTALL: redis.install,
    SOURCE_URLS: redis.source.urls.join(' '),
    SOURCE_SHA256: redis.source.sha256,
    BUILD_FLAGS: NODE_BUILD_FLAGS.join(' '),
    MAKE_TEST: redis.source.test,
    BUILDER_IP: builderOf(lab).ip,
    SHARE: sharesBuild(lab, node),
    SHARE_PORT,
    REDIS_PORT: redis.port,
    ALLOW: lab.allow.join(' '),
  };
  const lines = Object.entries(values).map(([key, value]) => `${key}=${shellQuote(value)}`);
  return ['# What the scripts here need to know about the lab and this node.', ...lines, ''].join(
    '\n',
  );
}
