/** What doctor and up say of networks that are really there: in a namespace, of which this machine sees nothing. */
import path from 'node:path';
import { expect } from 'chai';
import { program, readers, root } from '../readers/support/readers.js';
import { runAsRoot } from '../readers/support/root.js';
import { expectAccepted } from '../readers/support/run.js';
import { BIN, ROOT } from '../support/cli.js';
import { probe } from '../support/probe.js';

const PROBE = path.join(import.meta.dirname, 'support/networks-probe.ts');

interface Told {
  readonly where: string;
  readonly checks: Readonly<Record<string, { state: string; seen: string; fix: string }>>;
  readonly card: string;
  readonly exitCode: number;
  readonly said: string;
  readonly denied: readonly { name: string; refusal?: string; text: string }[];
}

readers('networks beside the lab', [program('ip'), program('unshare'), root], () => {
  let told: ReadonlyMap<string, Told>;
  const at = (where: string) => told.get(where) ?? expect.fail(`nothing was told of: ${where}`);

  before(async () => {
    const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    // Names of networks, and all that is written, lie in there as well.
    const inside = ['sh', '-c', 'mount -t tmpfs tmpfs /run && exec "$@"', 'sh'];
    const command = [...inside, process.execPath, probe(PROBE), BIN];
    const ran = await runAsRoot('unshare', [...namespaces, ...command], [], { cwd: ROOT });
    expectAccepted(ran);
    const lines = ran.stdout.trim().split('\n');
    told = new Map(
      lines.map((line) => JSON.parse(line) as Told).map((each) => [each.where, each] as const),
    );
  });

  for (const [where, seen] of [
    ['nothing', 'nothing stands in their way'],
    ['empty', 'all lead to vboxnet0, and nobody else is there'],
    ['empty again', 'all lead to vboxnet0, and nobody else is there'],
    ['a tunnel for all else, and no network yet', 'nothing stands in their way'],
    ['a tunnel for all else', 'all lead to vboxnet0, and nobody else is there'],
  ] as const) {
    it(`are fine: ${where}`, () => {
      const { checks } = at(where);
      expect(checks['network']?.state).to.equal('good');
      expect(checks['network.addresses']).to.include({ state: 'good', seen });
    });
  }

  for (const [where, seen, fix] of [
    [
      'a machine without a server',
      /not of this lab is at 192\.168\.100\.11, with the network card/,
    ],
    ['a machine that answers nobody', /is at 192\.168\.100\.11, with the network card/],
    ['a machine with an open Redis', /is at 192\.168\.100\.13, with the network card/],
    [
      'a table that comes first',
      /192\.168\.100\.11 leaves by tun0, and the lab's network is on vboxnet0/,
    ],
    ['a table that comes first, and no network yet', /leaves by tun0, by the table 52 of routes/],
    ['a rule for these addresses', /leaves by tun0, by the table 77 of routes/],
    ['a route to one of them', /192\.168\.100\.12 leaves by tun0/],
    ['one of them is ours', /itself has 192\.168\.100\.12, on tun0/, /away from tun0/],
    ['a route to nowhere', /sends nothing to 192\.168\.100\.12: Permission denied/],
  ] as const) {
    it(`are told: ${where}`, () => {
      const check = at(where).checks['network.addresses'];
      expect(check?.state).to.equal('bad');
      expect(check?.seen).to.match(seen);
      expect(check?.fix)
        .to.match(/--set network=/)
        .and.match(fix ?? /./);
    });
  }

  it('are told of routes that only lead nowhere, too', () => {
    expect(at('a route to nowhere').checks['network']?.seen).to.match(
      /^a route that leads nowhere/,
    );
  });

  it('are told where containers would be', () => {
    const check = at('a machine among containers').checks['incus.addresses'];
    expect(check?.state).to.equal('bad');
    expect(check?.seen).to.match(/is at 192\.168\.100\.12, with the network card/);
  });

  it('stop up, which names who is there', () => {
    const { exitCode, said, card } = at('up');
    expect(exitCode, said).to.equal(3);
    expect(said).to.contain(`is at 192.168.100.11, with the network card ${card}`);
    expect(said).to.contain('--set network=10.20.0.0/24');
  });

  it('have a server that refuses all but its own machine, which is heard each time', () => {
    for (const { text, refusal } of at('protected mode').denied) {
      expect(refusal ?? text, text).to.match(/DENIED Redis is running in protected mode/);
    }
  });
});
