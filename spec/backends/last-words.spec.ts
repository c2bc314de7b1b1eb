import { expect } from 'chai';
import { hasEnded } from '../../lib/backends/last-words.js';
import { servicesOf } from '../../lib/backends/services.js';
import { EXIT } from '../../lib/errors.js';
import { buildLab } from '../../lib/lab/lab.js';

const [service] = servicesOf(buildLab().model);
if (!service) throw new Error('the lab has no server');

/** As servers of 6.2 to 8.2 say it, and what to do then. */
const CASES: readonly (readonly [said: string, next: RegExp])[] = [
  [
    'Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>',
    /^ {2}\/opt\/it\/redis-check-aof --fix \/data\/appendonlydir\/appendonly\.aof\.manifest$/m,
  ],
  [
    'Unexpected end of file reading the append only file appendonly.aof.2.base.rdb. You can: 1) Make a backup …',
    /redis-check-aof --fix \/data\/appendonlydir\/appendonly\.aof\.manifest/,
  ],
  [
    'Bad file format reading the append only file: make a backup of your AOF file, then use ./redis-check-aof --fix <filename>',
    /redis-check-aof --fix \/data\/appendonly\.aof$/m,
  ],
  [
    'Short read or OOM loading DB. Unrecoverable error, aborting now.',
    /^ {2}\/opt\/it\/redis-check-rdb \/data\/dump\.rdb$/m,
  ],
  [
    'Wrong signature trying to load DB from file',
    /\/data\/dump\.rdb, cannot be read[\s\S]*Move that file away/,
  ],
  ['Wrong RDB checksum expected: (9f) but got (a1). Aborting now.', /redis-check-rdb/],
  ["Can't open or create append-only dir appendonlydir: Permission denied", /write in \/data/],
  ["Can't open or create append-only dir appendonlydir: No space left on device", /no room left/],
  ['Segmentation fault', /redis-lab logs master/],
];

describe('what is said of a server that has ended', () => {
  const remains = {
    folder: '/data',
    server: { engine: 'redis', program: '/opt/it/redis-server' } as const,
    onNode: '',
  };
  for (const [said, next] of CASES) {
    it(`has the way out: ${said}`, () => {
      const error = hasEnded(service, 'ended at once', ['  ', said, ''], remains);
      expect(error).to.include({ exitCode: EXIT.program, code: 'server.failed-start' });
      const [first, words] = error.message.split('\n');
      expect(first).to.equal("master's Redis server ended at once. Its last words:");
      expect(words).to.equal(`  ${said}`);
      expect(error.message).to.match(next);
      expect(error.message).to.contain('redis-lab up');
    });
  }

  it('names the program of Valkey, and how it is run on a node', () => {
    const server = { engine: 'valkey', program: '/usr/bin/valkey-server' } as const;
    const onNode = 'redis-lab exec master -- ';
    const lines = [
      'Unexpected end of file reading the append only file appendonly.aof.1.incr.aof.',
    ];
    const { message } = hasEnded(service, 'ended', lines, { folder: '/data', server, onNode });
    expect(message).to.contain('  redis-lab exec master -- /usr/bin/valkey-check-aof --fix ');
  });

  it('says that it said nothing', () => {
    expect(hasEnded(service, 'ended', [], remains).message).to.contain('It said nothing.');
  });

  it('has the begin of a report of a crash, not its end', () => {
    const lines = [
      'Error writing to the AOF file: No space left on device',
      '=== REDIS BUG REPORT START: Cut & paste starting from here ===',
      '!!! Software Failure. Press left mouse button to continue',
      'Guru Meditation: Replica was unable to write command to disk. #server.c:3890',
      ...Array.from({ length: 300 }, (_, i) => `register ${i}`),
      '=== REDIS BUG REPORT END. ===',
    ];
    const { message } = hasEnded(service, 'ended', lines, remains);
    expect(message).to.contain('No space left on device').and.contain('unable to write command');
    expect(message).to.contain('There is no room left where /data is');
    expect(message).not.to.contain('register 299');
  });
});
