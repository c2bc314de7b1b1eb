import fc from 'fast-check';

/** Text that means something to a shell, Ruby, YAML, systemd, Handlebars or Redis. */
const HOSTILE = fc.constantFrom(
  'a"b',
  "a'b",
  'a\nb',
  'a\r\nport 1',
  '#{`id`}',
  '{{name}}',
  '{{{x}}}',
  '$(id)',
  '`id`',
  'a;b',
  'a|b',
  'a\\',
  "'; end; system('id'); '",
  '%i',
  '\u0000',
  '\u009b31m',
  '\u2028',
  '- x',
  'x: y',
  '~',
  'yes',
  '0644',
  '__proto__',
  '',
);

const text = fc.oneof(HOSTILE, fc.string({ maxLength: 12 }));
const junk = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double(),
  fc.object(),
);

/** Mostly `sound`, sometimes anything. */
const or = <T>(sound: fc.Arbitrary<T>, weight = 120) =>
  fc.oneof({ weight, arbitrary: sound as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: junk });
const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) =>
  fc.record(fields, { requiredKeys: [] });

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const octet = fc.integer({ min: 2, max: 254 });

const machine = {
  ip: or(octet.map((last) => `192.168.100.${last}`)),
  name: or(name),
  memory: or(fc.constantFrom(512, 1024, 2048, '1G', '2g', '1500M', '4GiB')),
  cpus: or(fc.integer({ min: 1, max: 8 })),
};
const client = optional(machine).map((written) => ({ ...written, role: 'client' }));
const node = optional({
  ...machine,
  sentinel: or(fc.boolean()),
  priority: or(fc.integer({ min: 0, max: 300 })),
  role: or(fc.constantFrom('replica', 'sentinel')),
});

const nodes = fc
  .array(fc.oneof({ weight: 6, arbitrary: node }, { weight: 1, arbitrary: client }), {
    minLength: 2,
    maxLength: 7,
  })
  .map((others) => [{ name: 'm', role: 'master', memory: 2048 }, ...others]);

const duration = fc.constantFrom(1000, 5000, '5s', '500ms', '1m', 60_000, '10s');

/** Lines that Redis reads, with text of every kind in quotes. */
const configLine = fc.oneof(
  fc.constantFrom(
    'maxmemory 100mb',
    'maxmemory-policy allkeys-lru',
    "proc-title-template '{title}'",
  ),
  fc.constantFrom('hz 20', 'repl-backlog-size 1mb', 'notify-keyspace-events "KEA"'),
  HOSTILE.map((hostile) => `proc-title-template ${JSON.stringify(hostile)}`),
  text,
);

/** An engine and a version that go together, with the other settings. */
const withEngine = <T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) =>
  fc
    .tuple(
      fc.constantFrom(
        {},
        { version: '7.0.15' },
        { engine: 'valkey' },
        { engine: 'valkey', version: '9.1.1' },
        { version: '8.2.8', engine: 'redis' },
        { version: '9.9.9' },
      ),
      optional(fields),
    )
    .map(([engine, rest]) => ({ ...engine, ...rest }));

/** Descriptions: most of them could be a lab, each with a few things that could not. */
export const descriptions = optional({
  name: or(name),
  network: or(fc.constantFrom('192.168.100.0/24', '192.168.100.0/25', '192.168.96.0/20')),
  nodes: or(nodes, 200),
  redis: or(
    withEngine({
      // A package must be of the version, and of a box that has it.
      install: or(fc.constantFrom('source', 'source', 'source', 'source', 'package')),
      source: fc.oneof(
        { weight: 6, arbitrary: fc.constant(undefined) },
        {
          weight: 1,
          arbitrary: optional({
            url: or(fc.webUrl()),
            sha256: or(fc.constant('AB'.repeat(32))),
            mirrors: or(fc.array(fc.webUrl({ withQueryParameters: true }), { maxLength: 2 })),
            test: or(fc.boolean()),
          }),
        },
      ),
      port: or(fc.integer({ min: 1024, max: 65535 })),
      persistence: or(fc.constantFrom('none', 'rdb', 'aof')),
      minReplicasToWrite: or(fc.integer({ min: 0, max: 2 })),
      restart: or(fc.constantFrom('no', false, '15s', 120_000)),
      debugCommand: or(fc.constantFrom('no', 'local', 'yes', true, false)),
      config: or(fc.array(configLine, { maxLength: 2 })),
    }),
  ),
  sentinel: or(
    optional({
      masterName: or(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,10}$/)),
      port: or(fc.integer({ min: 1024, max: 65535 })),
      quorum: or(fc.integer({ min: 1, max: 3 })),
      downAfter: or(duration),
      failoverTimeout: or(duration),
      parallelSyncs: or(fc.integer({ min: 1, max: 3 })),
      config: or(
        fc.array(
          fc.oneof(
            { weight: 6, arbitrary: fc.constant('sentinel resolve-hostnames yes') },
            { weight: 1, arbitrary: configLine },
          ),
          { maxLength: 2 },
        ),
      ),
    }),
  ),
  vagrant: or(
    optional({
      box: or(fc.constantFrom('cloud-image/debian-12', 'my_box', 'a.b/c-d')),
      version: or(fc.constantFrom('>= 20250101', '~> 1.2, < 2', '1.0')),
      virtualbox: or(optional({ gui: or(fc.boolean()), linkedClone: or(fc.boolean()) })),
      libvirt: or(
        optional({
          driver: or(fc.constantFrom('kvm', 'qemu')),
          managementNetworkMode: or(fc.constantFrom('nat', 'none')),
          diskCache: or(fc.constantFrom('default', 'unsafe')),
        }),
      ),
    }),
  ),
  incus: or(
    optional({
      image: or(fc.constant('images:debian/13/cloud')),
      remote: or(name),
      vm: or(fc.boolean()),
      uplink: or(fc.constantFrom('auto', 'none', 'br0')),
      limits: or(fc.constantFrom('required', 'wanted')),
    }),
  ),
  allow: or(fc.subarray(['192.168.100.50', '10.9.0.0/16'])),
  language: or(fc.constantFrom('en', 'id')),
});

/** Anything at all that a YAML file could hold. */
export const anything = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.oneof(HOSTILE, fc.constantFrom('redis', 'nodes', 'sentinel')), junk),
);
