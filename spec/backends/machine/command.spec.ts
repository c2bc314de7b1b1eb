import { expect } from 'chai';
import { commandOn } from '../../../lib/backends/machine/command.js';
import { buildLab } from '../../../lib/lab/lab.js';

describe('a command line on a machine', () => {
  const lab = buildLab({ redis: { port: 7000 } }).model;
  const [node] = lab.nodes;
  if (!node) throw new Error('a lab has nodes');

  it("tells the client where the node's own server is", () => {
    expect(commandOn(lab, node, ['redis-cli', 'ping'])).to.deep.equal([
      'redis-cli',
      '-p',
      '7000',
      'ping',
    ]);
    const valkey = buildLab({ redis: { engine: 'valkey', port: 7000 } }).model;
    expect(commandOn(valkey, node, ['redis-cli'])).to.deep.equal(['valkey-cli', '-p', '7000']);
  });

  it('is any other as it is, and a shell without one', () => {
    expect(commandOn(lab, node, ['sh', '-c', 'a b'])).to.deep.equal(['sh', '-c', 'a b']);
    expect(commandOn(lab, node, [])).to.deep.equal(['bash', '-l']);
  });
});
