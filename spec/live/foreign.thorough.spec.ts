/** A description that somebody else wrote, and what it can do to the files of whoever runs it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { redisLab } from '../support/cli.js';
import { newHome } from './support/home.js';

const MINE = 'not to be touched\n';

describe('a foreign description', () => {
  const ATTACKS: Record<string, (file: string) => string> = {
    'makes it a socket, which down removes': (file) => `unixsocket ${file}`,
    'the same in quotes and escapes': (file) => `"\\x75nix\\x53ocket" "${file}"`,
    'makes it a log': (file) => `logfile ${file}`,
    'makes it the number of a process': (file) => `pidfile ${file}`,
    'reads it as a configuration': (file) => `include ${file}`,
    'reads it as users': (file) => `aclfile ${file}`,
    'runs it': (file) => `loadmodule ${file}`,
    'names it as a dump, from the folder of the server': (file) =>
      `dbfilename ${path.basename(file)}`,
    'moves the server to its folder': (file) => `dir ${path.dirname(file)}`,
  };
  for (const [what, line] of Object.entries(ATTACKS)) {
    it(`leaves a file of the user alone: one that ${what}`, async () => {
      const { folder, env } = newHome();
      const file = path.join(folder, 'file');
      fs.writeFileSync(file, MINE, { mode: 0o640 });
      const before = fs.statSync(file);
      const spec = path.join(folder, 'redis-lab.yaml');
      fs.writeFileSync(spec, JSON.stringify({ redis: { config: [line(file)] } }));
      for (const args of [['up', '--no-verify', '--yes'], ['generate'], ['down']]) {
        const { exitCode, stderr } = await redisLab(folder, args, { env });
        expect(stderr).to.include('redis.config[0]');
        expect(exitCode, args.join(' ')).to.equal(2);
      }
      expect(fs.readFileSync(file, 'utf8')).to.equal(MINE);
      const { ino, mode, mtimeMs } = fs.statSync(file);
      expect([ino, mode, mtimeMs]).to.deep.equal([before.ino, before.mode, before.mtimeMs]);
      expect(fs.readdirSync(folder).sort()).to.deep.equal(['file', 'redis-lab.yaml']);
    });
  }
});
