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
});
