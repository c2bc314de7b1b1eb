/** systemd, an old and a new one, reads the units. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { allNodes, LABS, type LabNode, plant } from './support/labs.js';
import { newerRoot, runNewer } from './support/newer.js';
import { newer, program, readers } from './support/readers.js';
import { expectRefused, expectSilence, type Ran, run, said } from './support/run.js';
import { scratch, writeBelow } from './support/scratch.js';

/** From 0 to 10; what systemd-analyze itself calls OK ends below 5. */
const MOST_EXPOSED = 2;

/** `systemd-analyze ARGUMENTS --root=ROOT UNITS` of one systemd. */
type Analyze = (root: string, args: readonly string[], units: readonly string[]) => Promise<Ran>;

const COLOURLESS = { SYSTEMD_COLORS: '0', SYSTEMD_URLIFY: '0' };

readers('systemd-analyze', [program('systemd-analyze')], () => {
  suite('/', (root, args, units) =>
    run('systemd-analyze', [...args, `--root=${root}`, ...units], { env: COLOURLESS }));
});

readers('systemd-analyze of Debian 13', [newer], () => {
  suite(newerRoot(), (root, args, units) =>
    runNewer({ '/mnt': root }, 'systemd-analyze', [...args, '--root=/mnt', ...units]),
  );
});

it('The units of servers make no namespaces, from which AppArmor keeps users in Ubuntu', () => {
  for (const unit of ['redis-server.service', 'redis-sentinel.service']) {
    expect(unitsOf(builder())[unit], unit).to.match(/^RestrictNamespaces=yes$/m);
  }
});

function suite(system: string, analyze: Analyze): void {
  const verify = (root: string, units: readonly string[]) =>
    analyze(root, ['verify', '--recursive-errors=yes', '--man=no'], units);

  for (const each of allNodes()) {
    it(`has no objection and no warning for the units of ${each.title}`, async () => {
      const { root, units } = machine(system, each);
      expectSilence(await verify(root, Object.keys(units)));
    });
  }

  for (const unit of Object.keys(unitsOf(builder()))) {
    it(`finds an unknown key in ${unit}`, async () => {
      const { root, units } = machine(system, builder());
      const text = plant(units[unit] ?? '', /^ProtectHome=/m, 'ProtectHomes=');
      writeBelow(root, `${UNITS}/${unit}`, text);
      expectRefused(await verify(root, [unit]), /Unknown key.* 'ProtectHomes'/);
    });

    it(`finds a program of ${unit} that is not there`, async () => {
      const { root, units } = machine(system, builder());
      const [, started = ''] = /^ExecStart=(\S+)/m.exec(units[unit] ?? '') ?? [];
      fs.rmSync(path.join(root, started));
      expectRefused(await verify(root, [unit]), new RegExp(`${started} is not executable`));
    });

    it(`finds ${unit} little exposed:`, async function () {
      const { root } = machine(system, builder());
      const ran = await analyze(root, ['security', '--offline=yes', '--no-pager'], [unit]);
      const [, figure] = /Overall exposure level for \S+: ([\d.]+) /.exec(ran.stdout) ?? [];
      expect(Number(figure), said(ran)).to.be.below(MOST_EXPOSED);
      // The reporter shows the figure.
      if (this.test) this.test.title += ` ${figure}`;
    });
  }

  it('finds a unit without protection more exposed', async () => {
    const { root, units } = machine(system, builder());
    const bare = (units['redis-server.service'] ?? '').replaceAll(
      /^(Protect|Private|System).*\n/gm,
      '',
    );
    writeBelow(root, `${UNITS}/redis-server.service`, bare);
    const args = ['security', '--offline=yes', '--no-pager', `--threshold=${MOST_EXPOSED * 10}`];
    expect((await analyze(root, args, ['redis-server.service'])).code).to.equal(1);
  });
}

const UNITS = 'etc/systemd/system';

/** A root with the units of a node, the system's own, and what is started, as empty programs. */
function machine(system: string, node: LabNode) {
  const root = scratch('machine');
  const units = unitsOf(node);
  fs.cpSync(
    path.join(system, 'usr/lib/systemd/system'),
    path.join(root, 'usr/lib/systemd/system'),
    {
      recursive: true,
      verbatimSymlinks: true,
    },
  );
  for (const [unit, text] of Object.entries(units)) {
    writeBelow(root, `${UNITS}/${unit}`, text);
    for (const [, started = ''] of text.matchAll(/^Exec\w+=-?(\S+)/gm)) {
      writeBelow(root, started, '#!/bin/sh\n', 0o755);
    }
  }
  return { root, units };
}

function unitsOf({ lab, node }: LabNode): Record<string, string> {
  const units = lab
    .files()
    .filter(({ path }) => path.startsWith(`nodes/${node.name}/`) && path.endsWith('.service'))
    .map(({ path, content }) => [path.split('/').at(-1), content] as const);
  return Object.fromEntries(units);
}

/** The node that has all three units. */
function builder(): LabNode {
  const found = allNodes().find(({ lab, node }) => lab === LABS.course && node.builds);
  if (!found) throw new Error('nobody builds');
  return found;
}
