/** What the commands print of a lab whose language is Indonesian: one lab, from its files to its end. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { needsServer } from '../backends/local/support.js';
import { englishWords } from '../report/support/indonesian.js';
import { redisLab } from '../support/cli.js';
import { type Home, leftBelow, newHome } from './support/home.js';

/** In the order of a lesson; `says`: a word that is Indonesian. */
const LESSON: readonly (readonly [line: string, exitCode: number, says: string])[] = [
  ['generate', 0, 'dibuat'],
  ['generate --check', 0, 'mutakhir'],
  ['generate --dry-run --set redis.port=6400', 0, 'akan memperbarui'],
  ['generate --check --set redis.port=6400', 1, 'berbeda'],
  ['doctor --backend local', 0, 'pemeriksaan'],
  ['up --no-verify', 0, 'Catatan: '],
  ['list', 0, 'keadaan'],
  ['connect', 0, 'kata sandi'],
  ['fault hang @replica', 0, 'macet'],
  ['status', 1, 'sebagian berjalan'],
  ['heal', 0, 'telah dilanjutkan'],
  ['stop', 0, 'Dihentikan'],
  ['down', 0, 'Tidak ada lagi yang tersisa'],
];

describe('an Indonesian lab', function () {
  this.timeout(240_000);
  let home: Home;
  before(async function () {
    await needsServer.call(this);
    home = newHome();
    // Nothing restarts a server here, so that there is a note.
    const text = 'language: id\nname: bahasa\nredis:\n  restart: 10s\n';
    fs.writeFileSync(path.join(home.folder, 'redis-lab.yaml'), text);
  });
  after(async () => {
    await redisLab(home.folder, ['down'], { env: home.env });
    expect(await leftBelow(home.folder)).to.deep.equal([]);
  });

  for (const [line, exitCode, says] of LESSON) {
    it(`says it in Indonesian: ${line}`, async () => {
      const ran = await redisLab(home.folder, line.split(' '), { env: home.env });
      const text = `${ran.stderr}\n${ran.stdout}`;
      expect(ran.exitCode, text).to.equal(exitCode);
      expect(text).to.include(says);
      // Backends that are not asked for a lab say why in words of their own.
      const own = text.replaceAll(/^Backend \S+ tidak dapat ditanya .*$/gm, '');
      expect(englishWords(own), own).to.deep.equal([]);
    });
  }
});
