import { expect } from 'chai';
import { buildLab } from '../../lib/lab/lab.js';
import { vagrantfile } from '../../lib/render/vagrantfile.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';

const crashOf = (redis: LabSpec['redis']) =>
  /vagrant ssh master -c "(?!.*(?:info replication)).*"/.exec(
    vagrantfile(buildLab({ redis }).model),
  )?.[0];

describe('what the Vagrantfile says when the lab is up', () => {
  it('crashes the master by DEBUG, or by a signal where the lab refuses DEBUG', () => {
    expect(crashOf({ port: 7000 })).to.equal(
      'vagrant ssh master -c "redis-cli -p 7000 debug segfault"',
    );
    expect(crashOf({ engine: 'valkey' })).to.equal(
      'vagrant ssh master -c "valkey-cli -p 6379 debug segfault"',
    );
    expect(crashOf({ debugCommand: 'no' })).to.equal(
      'vagrant ssh master -c "sudo systemctl kill --signal=SEGV redis-server"',
    );
  });
});
