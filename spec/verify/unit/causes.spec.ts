import { expect } from 'chai';
import { withCauses } from '../../../lib/verify/causes.js';
import { flaw } from '../../../lib/verify/health.js';

/** As Redis 7.0 writes it; the child that saves has a process of its own. */
const STAMP = '29 Nov 2026 22:10:00.123';
const LOGS: readonly (readonly [cause: string, line: string])[] = [
  [
    'Failed opening the temp RDB file temp-77.rdb (in server root dir /data) for saving: Permission denied',
    `77:C ${STAMP} # `,
  ],
  ['Write error saving DB on disk: No space left on device', `77:C ${STAMP} # `],
  [
    'Error moving temp DB file temp-77.rdb on the final destination dump.rdb: Is a directory',
    `77:C ${STAMP} # `,
  ],
  ["Can't save in background: fork: Cannot allocate memory", `7:M ${STAMP} # `],
  ['Error writing to the AOF file: No space left on device', `7:M ${STAMP} # `],
];

describe('why a server cannot save', () => {
  const refused = flaw('servers.redis-unsaved', {
    node: 'master',
    said: 'MISCONF Redis is configured …',
    status: 'rdb_last_bgsave_status:err',
  });
  const other = flaw('servers.redis-stopped', { node: 'slave1' });

  function backend(lines: readonly string[]) {
    return {
      async *logs(node: string) {
        expect(node).to.equal('master');
        yield* lines;
      },
    };
  }

  for (const [cause, lead] of LOGS) {
    it(`is what its log says: ${cause}`, async () => {
      const lines = [
        `7:M ${STAMP} * 1 changes in 3600 seconds. Saving...`,
        `${lead}${cause}`,
        `7:M ${STAMP} # Background saving error`,
        `7:M ${STAMP} * Ready to accept connections`,
      ];
      const [found, same] = await withCauses([refused, other], backend(lines));
      expect(found?.values).to.deep.equal({ ...refused.values, said: cause });
      expect(found?.text).to.contain('rdb_last_bgsave_status:err').and.contain(cause);
      expect(same).to.equal(other);
    });
  }

  it('is what it says itself where its log says nothing, or cannot be read', async () => {
    const broken = {
      logs(): AsyncIterable<string> {
        throw new Error('no way in');
      },
    };
    for (const each of [backend(['nothing of it']), broken]) {
      expect(await withCauses([refused], each)).to.deep.equal([refused]);
    }
  });

  it('is what it says itself where that has the reason', async () => {
    const said = 'MISCONF Errors writing to the AOF file: No space left on device';
    const full = flaw('servers.redis-unsaved', { node: 'master', said, status: 'aof…' });
    const log = [`7:M ${STAMP} # Short write while writing to the AOF file: (nwritten=7)`];
    expect(await withCauses([full], backend(log))).to.deep.equal([full]);
  });
});

describe('why a link is down', () => {
  const both = { node: 'slave1', master: 'master' };
  const [down, syncing] = [flaw('links.down', both), flaw('links.syncing', both)];
  const log = (...lines: readonly string[]) => ({
    async *logs() {
      yield* lines.map((line) => `9:S ${STAMP} ${line}`);
    },
  });
  const AUTH = 'Unable to AUTH to MASTER: -WRONGPASS invalid username-password pair';
  const DISK =
    'Write error or short write writing to the DB dump file needed for MASTER <-> REPLICA synchronization: No space left on device';

  it('is what its log says last', async () => {
    const [found] = await withCauses(
      [down],
      log(
        '# Error condition on socket for SYNC: Connection refused',
        `# ${AUTH}`,
        '* Connecting to MASTER 127.0.0.1:6379',
      ),
    );
    expect(found?.text).to.equal(`The link of slave1 to master is down: ${AUTH}`);
  });

  it('is not what was over since', async () => {
    const lines = log(
      `# ${AUTH}`,
      '* MASTER <-> REPLICA sync: Finished with success',
      '# Connection with master lost.',
    );
    expect(await withCauses([down], lines)).to.deep.equal([down]);
  });

  it('is also told of one that takes again and again what it cannot store', async () => {
    const lines = log(`# ${DISK}`, '* Full resync from master: 01:0');
    const [found] = await withCauses([syncing], lines);
    expect(found?.text).to.equal(`The link of slave1 to master is down: ${DISK}`);
    expect(await withCauses([syncing], log(`# ${AUTH}`))).to.deep.equal([syncing]);
  });
});
