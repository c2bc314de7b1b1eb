/** Right configurations, damaged in ways that leave no doubt about what was meant. */
import fc from 'fast-check';

export const RIGHT: Readonly<Record<string, string>> = {
  'redis.conf': [
    'bind 127.0.0.1 127.0.0.2',
    'protected-mode yes',
    'timeout 300',
    'loglevel notice',
    'databases 16',
    'save 900 1',
    'rdbcompression no',
    'dbfilename "other.rdb"',
    'replica-priority 90',
    'maxclients 500',
    'maxmemory 200mb',
    'maxmemory-policy allkeys-lru',
    'appendonly no',
    'repl-timeout 120',
    'min-replicas-to-write 1',
    'requirepass 3f9a0c81b27d',
    'masterauth 3f9a0c81b27d',
    '',
  ].join('\n'),
  'sentinel.conf': [
    'sentinel monitor mymaster 127.0.0.1 6379 2',
    'sentinel down-after-milliseconds mymaster 6000',
    'sentinel failover-timeout mymaster 20000',
    'sentinel parallel-syncs mymaster 2',
    '',
  ].join('\n'),
};

type Damage = (line: string) => string;

/** Of each, the directives that it leaves clear. */
const DAMAGES: readonly (readonly [RegExp, Damage])[] = [
  [/^(?!#)/, (line) => `${line} # why`],
  [/^(?!#)/, (line) => `  ${line}\t`],
  [/^[a-z-]+ \S+$/, (line) => line.replace(' ', ' = ')],
  [/^(?!requirepass|masterauth)[a-z-]+ \S+$/, (line) => line.replace(' ', ': ')],
  [/^(?!save|sentinel)\S{6,} /, (line) => line.replace(/^(.{4})(.)/, '$1$2$2')],
  [/ (?:yes|no)$/, (line) => line.replace(/yes$/, 'on').replace(/no$/, 'off')],
  [/^timeout|^repl-timeout/, (line) => `${line}s`],
  [/milliseconds|failover-timeout/, (line) => line.replace(/000$/, 's')],
  [/milliseconds|failover-timeout/, (line) => `${line}ms`],
  [/parallel-syncs|monitor/, (line) => `${line};`],
  [/^sentinel (?!monitor)/, (line) => line.replace('sentinel ', '')],
  [/^sentinel monitor/, (line) => line.replace('.1 ', '.1:')],
  [/^bind/, (line) => line.replace('.1 ', '.1,')],
  [/^maxmemory \d/, (line) => line.replace('mb', ' mb')],
  [/^dbfilename/, (line) => line.replace(/"$/, '')],
  [/^dbfilename/, (line) => line.replace(/"(.*)"/, '“$1”')],
  [/^[a-z-]+ [a-z]+$/, (line) => line.replace(' ', '\u00a0')],
  [/^databases/, (line) => `// why\n; why\n${line}`],
];

export const damaged = fc.constantFrom(...Object.entries(RIGHT)).chain(([name, right]) => {
  const lines = right.split('\n').slice(0, -1);
  const slip = fc.record({ at: fc.nat(lines.length - 1), how: fc.nat(DAMAGES.length - 1) });
  const options = {
    ending: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\ufeff# head\n'),
  };
  return fc
    .record({ slips: fc.array(slip, { minLength: 1, maxLength: 12 }), ...options })
    .map(({ slips, ending, mark }) => {
      const text = lines.map((line, at) => {
        // One kind of damage a line: two can hide each other.
        const fitting = slips
          .filter((each) => each.at === at)
          .flatMap(({ how }) => DAMAGES.slice(how, how + 1))
          .filter(([fits]) => fits.test(line));
        return fitting[0]?.[1](line) ?? line;
      });
      const whole = `${mark}${text.join('\n')}\n`.replaceAll('\n', ending);
      return { name, right, text: whole };
    });
});
