/** What an earlier version remembered of its labs, in `spec/fixtures/states/` as that wrote it: an upgrade orphans no lab. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Backend } from '../../lib/backends/backend.js';
import { incusBackend } from '../../lib/backends/incus/index.js';
import { localBackend } from '../../lib/backends/local/index.js';
import { vagrantBackend } from '../../lib/backends/vagrant/index.js';
import { WorkspaceError } from '../../lib/errors.js';
import { buildLab } from '../../lib/lab/lab.js';
import type { LabModel } from '../../lib/model/model.js';
import { refusal } from '../support/failure.js';
import { Programs } from '../support/programs.js';

const PACKAGE = { install: 'package', version: '7.0.15' } as const;
const KEY = 'user.redis-lab.state';

interface OnServer {
  readonly network: { readonly config: Record<string, string> };
  readonly instances: readonly object[];
}

function fixture(name: string): string {
  return fs.readFileSync(path.join(import.meta.dirname, '../fixtures/states', name), 'utf8');
}

/** A server with what the fixture says; it is gone once its network was removed. */
function serving(folder: string): string {
  return `
cd '${folder}'
case "$*" in
  'project '*) echo default ;;
  'query local:/1.0/operations'*) echo '{}' ;;
  'query local:/1.0/networks/old'*) [ -e gone ] && { echo 'Error: not found' >&2; exit 1; } || cat network.json ;;
  'query local:/1.0/instances?'*) [ -e gone ] && echo '[]' || cat instances.json ;;
  'network delete '*|'network --project default delete '*) : >gone ;;
  *delete*) ;;
  *) echo 'Error: not found' >&2; exit 1 ;;
esac`;
}

describe('a lab that an earlier version brought up', () => {
  let folder: string;
  let programs: Programs;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'redis-lab-states-'));
    programs = new Programs(folder);
    for (const name of ['vagrant', 'ssh']) programs.add(name, 'exit 9');
    programs.add('incus', serving(folder));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const put = (name: string, content: string) => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, content, { mode: 0o600 });
  };

  interface Case {
    readonly lab: LabModel;
    /** As it was written. */
    readonly json: () => string;
    /** Where it is, for messages. */
    readonly where: RegExp;
    put(json: string): void;
    backend(lab: LabModel): Backend;
  }

  const CASES: Readonly<Record<string, Case>> = {
    local: {
      lab: buildLab({ name: 'old' }).model,
      json: () => fixture('local.json'),
      where: /\/state\/redis-lab\/old\/state\.json /,
      put(json) {
        put('state/redis-lab/old/state.json', json);
        put('state/redis-lab/old/password', `${'ab'.repeat(32)}\n`);
      },
      backend: (lab) => localBackend(lab, { stateHome: path.join(folder, 'state') }),
    },
    incus: {
      lab: buildLab({
        name: 'old',
        redis: PACKAGE,
        incus: { image: 'debian-12', uplink: 'none', limits: 'wanted' },
      }).model,
      json() {
        const { network } = JSON.parse(fixture('incus.json')) as OnServer;
        return gunzipSync(Buffer.from(network.config[KEY] ?? '', 'base64')).toString('utf8');
      },
      where: /the key user\.redis-lab\.state of its network old\) /,
      put(json) {
        const { network, instances } = JSON.parse(fixture('incus.json')) as OnServer;
        network.config[KEY] = gzipSync(json).toString('base64');
        put('network.json', JSON.stringify(network));
        put('instances.json', JSON.stringify(instances));
      },
      backend: (lab) => incusBackend(lab, { folders: [programs.folder], stateHome: folder }),
    },
    vagrant: {
      lab: buildLab({ name: 'old', redis: PACKAGE }).model,
      json: () => fixture('vagrant.json'),
      where: /\/\.vagrant\/old\/state\.json /,
      put: (json) => put('.vagrant/old/state.json', json),
      backend: (lab) => vagrantBackend(lab, { folders: [programs.folder], stateHome: folder }),
    },
  };

  for (const [name, { lab, json, where, ...of }] of Object.entries(CASES)) {
    describe(name, () => {
      it('is known as of the same description, and goes down to the last thing', async () => {
        of.put(json());
        const status = await of.backend(lab).status();
        expect(status).to.deep.include({ state: 'stopped', sameDescription: true });
        expect(status.lab?.redis.version).to.equal('7.0.15');
        expect(status.server?.version).to.equal('7.0.15');
        const other = { ...lab, redis: { ...lab.redis, persistence: 'none' as const } };
        expect((await of.backend(other).status()).sameDescription).to.equal(false);
        expect(await of.backend(lab).down()).to.deep.equal([]);
        expect((await of.backend(lab).status()).state).to.equal('absent');
      });

      it('is the same with keys that a later version added', async () => {
        of.put(json());
        const before = await of.backend(lab).status();
        const state = JSON.parse(json());
        const nodes = state.lab.nodes.map((node: object) => ({ ...node, zone: 'a' }));
        of.put(JSON.stringify({ ...state, later: 1, lab: { ...state.lab, nodes, security: 'x' } }));
        const after = await of.backend(lab).status();
        expect(JSON.stringify(after)).to.equal(JSON.stringify(before));
      });

      for (const [what, change, seen] of [
        ['of a newer format', { format: 2 }, /is of format 2.*newer redis-lab/],
        ['damaged in one place', { lab: { nodes: [{ ip: 5 }] } }, /is damaged \(lab\./],
        ['of another lab', { name: 'other' }, /is damaged \(it is of the lab other\)/],
        ['no JSON', undefined, /is damaged \(.*JSON/],
      ] as const) {
        it(`is told where what is remembered is ${what}, and goes down`, async () => {
          const state = JSON.parse(json());
          const changed =
            what === 'of another lab' ? { lab: { ...state.lab, name: 'other' } } : change;
          of.put(changed === undefined ? '{' : JSON.stringify({ ...state, ...changed }));
          const error = await refusal(of.backend(lab).status());
          expect(error).to.be.instanceOf(WorkspaceError);
          expect(error.message).to.match(where).and.match(seen).and.include('redis-lab down');
          await of.backend(lab).down();
          expect((await of.backend(lab).status()).state).to.equal('absent');
        });
      }
    });
  }
});
