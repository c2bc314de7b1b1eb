/** What the handout is taken from, by the engine. */
import type { Part } from '../document.js';
import type { Writing } from '../writing.js';

const SOURCES_OF_REDIS = {
  sentinel: 'https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/',
  clients: 'https://redis.io/docs/latest/develop/reference/sentinel-clients/',
  replication: 'https://redis.io/docs/latest/operate/oss_and_stack/management/replication/',
  configuration: 'https://redis.io/docs/latest/operate/oss_and_stack/management/config/',
  persistence: 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/',
  security: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
  wait: 'https://redis.io/docs/latest/commands/wait/',
  role: 'https://redis.io/docs/latest/commands/role/',
  cloudInit: 'https://docs.cloud-init.io/en/latest/',
  vagrant: 'https://developer.hashicorp.com/vagrant/docs/cli/ssh',
} as const;

const SOURCES = {
  redis: SOURCES_OF_REDIS,
  valkey: {
    ...SOURCES_OF_REDIS,
    sentinel: 'https://valkey.io/topics/sentinel/',
    clients: 'https://valkey.io/topics/sentinel-clients/',
    replication: 'https://valkey.io/topics/replication/',
    configuration: 'https://valkey.io/topics/valkey.conf/',
    persistence: 'https://valkey.io/topics/persistence/',
    security: 'https://valkey.io/topics/security/',
    wait: 'https://valkey.io/commands/wait/',
    role: 'https://valkey.io/commands/role/',
  },
} as const;

export function sources(writing: Writing): Part[] {
  const { chapters, sources: names } = writing.texts;
  const known = SOURCES[writing.lab.redis.engine];
  return [
    { kind: 'chapter', id: 'sources', text: chapters.sources.title },
    { kind: 'paragraph', text: chapters.sources.intro },
    {
      kind: 'list',
      items: (Object.keys(known) as (keyof typeof known)[]).map(
        (key) => `${names[key]}: [${known[key]}](${known[key]})`,
      ),
    },
  ];
}
