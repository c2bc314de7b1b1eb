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
