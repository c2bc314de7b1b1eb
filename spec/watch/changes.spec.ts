import { expect } from 'chai';
import { Changes } from '../../lib/live/changes.js';
import { codesOf, message } from '../../lib/report/messages.js';
import type { LabStatus } from '../../lib/report/types.generated.js';
import { nodeStatus, status } from '../report/support/status.js';

const MASTER = nodeStatus('master', 11, { role: 'master', follows: null, link: null });
const SILENT = { role: null, follows: null, link: null } as const;

/** What each status but the first has that the one before had not. */
function changes(...looks: readonly Partial<LabStatus>[]): unknown[] {
  const all = new Changes();
  return looks.map((look) => all.since(status(look))).slice(1);
}

describe('what changed from one status to the next', () => {
  it('is nothing where only figures went on', () => {
    const [slave1, later] = [0, 5].map((offset) => nodeStatus('slave1', 12, { offset }));
    expect(changes({ nodes: [slave1 as never] }, { nodes: [later as never] })).to.deep.equal([[]]);
  });

  it('is a master that ends, a replica in its place, and the old one that comes back as a replica', () => {
    const down = nodeStatus('master', 11, { ...SILENT, state: 'stopped' });
    const cut = nodeStatus('slave1', 12, { link: 'down' });
    const promoted = nodeStatus('slave1', 12, { role: 'master', follows: null, link: null });
    const back = nodeStatus('master', 11, { follows: 'slave1' });
    const found = changes(
      { nodes: [MASTER, nodeStatus('slave1', 12)] },
      { state: 'partial', nodes: [down, cut] },
      { state: 'partial', master: null, nodes: [down, promoted] },
      { master: 'slave1', nodes: [back, promoted] },
    );
    expect(found).to.deep.equal([
      [
        { kind: 'lab', state: 'partial', before: 'running' },
        { kind: 'service', node: 'master', service: 'redis', state: 'stopped', before: 'running' },
        { kind: 'link', node: 'slave1', state: 'down', follows: 'master' },
      ],
      [
        { kind: 'role', node: 'slave1', role: 'master', before: 'replica' },
        { kind: 'master', node: null, before: 'master' },
      ],
      [
        { kind: 'lab', state: 'running', before: 'partial' },
        { kind: 'service', node: 'master', service: 'redis', state: 'running', before: 'stopped' },
        { kind: 'role', node: 'master', role: 'replica', before: 'master' },
        { kind: 'link', node: 'master', state: 'up', follows: 'slave1' },
        { kind: 'master', node: 'slave1', before: null },
      ],
    ]);
  });

  it('is a replica that follows another one, though its link is up before and after', () => {
    expect(
      changes(
        { nodes: [nodeStatus('slave2', 13)] },
        { nodes: [nodeStatus('slave2', 13, { follows: 'slave1' })] },
      ),
    ).to.deep.equal([[{ kind: 'link', node: 'slave2', state: 'up', follows: 'slave1' }]]);
  });

  it('is a lab that is taken down, and one that comes up anew, of which nothing is known', () => {
    const nodes = [MASTER];
    const absent = { state: 'absent', master: null, nodes: [] } as const;
    const other = nodeStatus('master', 11);
    expect(changes({ nodes }, absent, { master: 'slave1', nodes: [other] })).to.deep.equal([
      [
        { kind: 'lab', state: 'absent', before: 'running' },
        { kind: 'service', node: 'master', service: 'redis', state: 'stopped', before: 'running' },
        {
          kind: 'service',
          node: 'master',
          service: 'sentinel',
          state: 'stopped',
          before: 'running',
        },
        { kind: 'master', node: null, before: 'master' },
      ],
      [
        { kind: 'lab', state: 'running', before: 'absent' },
        { kind: 'service', node: 'master', service: 'redis', state: 'running', before: 'stopped' },
        {
          kind: 'service',
          node: 'master',
          service: 'sentinel',
          state: 'running',
          before: 'stopped',
        },
        { kind: 'master', node: 'slave1', before: null },
      ],
    ]);
  });

  it('is each problem that comes or goes, once', () => {
    const flaw = (node: string) => message('servers.redis-loading', { node });
    const looks = [['a'], ['a', 'b'], ['a', 'b'], ['b']].map((nodes) => ({
      problems: nodes.map((node) => flaw(node).text),
      problemCodes: codesOf(nodes.map(flaw)),
    }));
    expect(changes(...looks)).to.deep.equal([
      [{ kind: 'problem', state: 'came', ...flaw('b') }],
      [],
      [{ kind: 'problem', state: 'gone', ...flaw('a') }],
    ]);
  });
});
