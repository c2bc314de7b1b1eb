/** What distributions ship is right. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Target } from '../../lib/redis-conf/rules/finding.js';
import { checked, TODAY } from '../redis-conf/support/checked.js';
import { newerEngine, REDIS, versionOf } from './support/engines.js';
import { newerRoot } from './support/newer.js';
import { newer, program, readers } from './support/readers.js';
import { run } from './support/run.js';
import { scratch } from './support/scratch.js';

/** Profiles of AppArmor by which servers of ours would be kept from their files. */
function profilesIn(root: string): string[] {
  const folder = path.join(root, 'etc/apparmor.d');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => /redis|valkey/.test(name));
}

function silent(folder: string, wanted: readonly string[], target: Target): void {
  const names = readdirSync(folder).filter((name) => name.endsWith('.conf'));
  expect(names).to.include.members([...wanted]);
  const files = names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]);
  for (const targets of [[target], TODAY]) {
    const { findings } = checked(Object.fromEntries(files), targets);
    const worse = findings.filter(({ severity }) => severity !== 'hint');
    expect(worse.map(({ code, place }) => `${code} ${place.file}:${place.line}`)).to.deep.equal([]);
  }
}

readers("check of this distribution's own files", [program('apt-get'), program('dpkg-deb')], () => {
  it('finds nothing worse than a hint, and no profile of AppArmor', async () => {
    const folder = scratch('packages');
    const got = await run('apt-get', ['download', 'redis-server', 'redis-sentinel'], {
      cwd: folder,
    });
    expect(got.code, got.stderr).to.equal(0);
    for (const name of readdirSync(folder)) {
      await run('dpkg-deb', ['--extract', name, 'all'], { cwd: folder });
    }
    const target = { engine: 'redis', version: versionOf(REDIS) } as const;
    silent(path.join(folder, 'all/etc/redis'), ['redis.conf', 'sentinel.conf'], target);
    expect(profilesIn(path.join(folder, 'all'))).to.deep.equal([]);
  });
});

readers("check of Debian 13's own files", [newer], () => {
  for (const engine of ['redis', 'valkey'] as const) {
    it(`finds nothing worse than a hint in those of ${engine}, and no profile of AppArmor`, () => {
      const target = { engine, version: versionOf(newerEngine(`${engine}-server`)) };
      silent(path.join(newerRoot(), 'etc', engine), [`${engine}.conf`, 'sentinel.conf'], target);
      expect(profilesIn(newerRoot())).to.deep.equal([]);
    });
  }
});
