/** One way into a lab, through whichever of its nodes: the nodes are addresses of this machine. */
import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { expect } from 'chai';
import { throughOne } from '../../../lib/backends/machine/relay.js';
import type { Shell } from '../../../lib/backends/machine/shell.js';
import { buildLab } from '../../../lib/index.js';
import type { LabModel } from '../../../lib/model/model.js';
import { verbatim } from '../../../lib/render/template.js';
import { PYTHON, readers, systemPython } from '../../readers/support/readers.js';
import { failure } from '../../support/failure.js';

/** A machine where all of this takes its time; milliseconds. */
const WITHIN_MS = 20_000;

/** A program of a node that reaches nobody. */
const CUT_OFF = `
import struct, sys
say = lambda number, letter, data=b'': (sys.stdout.buffer.write(struct.pack('>IcI', number, letter, len(data)) + data), sys.stdout.buffer.flush())
say(0, b'h')
while True:
    header = sys.stdin.buffer.read(9)
    if len(header) < 9: break
    number, letter, length = struct.unpack('>IcI', header)
    sys.stdin.buffer.read(length)
    if letter == b'o': say(number, b'c', b'EHOSTUNREACH')
`;

const linux = () => (process.platform === 'linux' ? undefined : 'Linux');

readers('one way into a lab', [systemPython, linux], () => {
  const { model } = buildLab();
  let server: net.Server;
  let port = 0;
  /** Nodes whose program was started, in order. */
  let entered: string[];
  /** What is run on a node, if it is not what should be. */
  let instead: Record<string, readonly string[]>;
  let awake: string[];
  let lab: LabModel;

  before(async () => {
    server = net.createServer((socket) => socket.end('hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as net.AddressInfo);
  });
  after(() => server.close());

  beforeEach(() => {
    entered = [];
    instead = {};
    awake = ['master', 'slave1', 'slave2'];
    const shell = {
      invocation: (node: string) => {
        entered.push(node);
        const [program = PYTHON, ...args] = instead[node] ?? [
          PYTHON,
          '-I',
          '-S',
          '-c',
          verbatim('node/relay.py'),
        ];
        return { program, args };
      },
    } as unknown as Shell;
    lab = throughOne(shell, () => awake)(model);
  });

  async function hear(node: string, at = port): Promise<string> {
    const via = lab.nodes.find(({ name }) => name === node)?.via;
    const connection = (await via?.('127.0.0.1', at, WITHIN_MS)) as Duplex;
    connection.resume();
    let heard = '';
    connection.on('data', (data) => {
      heard += data;
    });
    await once(connection, 'close');
    return heard;
  }

  it('leads through one node to all', async () => {
    const all = await Promise.all(
      ['slave2', 'master', 'slave1', 'slave2'].map((each) => hear(each)),
    );
    expect(all).to.deep.equal(['hello', 'hello', 'hello', 'hello']);
    expect(entered).to.deep.equal(['master']);
  });

  it('is not taken a second time where the server refuses', async () => {
    const closed = net.createServer();
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port: at } = closed.address() as net.AddressInfo;
    closed.close();
    await once(closed, 'close');
    expect((await failure(hear('slave1', at))).message).to.include('ECONNREFUSED');
    expect(entered).to.deep.equal(['master']);
  });

  it('leads through another node where the first cannot be entered', async () => {
    instead['master'] = ['/bin/sh', '-c', 'echo no more processes >&2; exit 1'];
    expect(await hear('slave2')).to.equal('hello');
    expect(await hear('master')).to.equal('hello');
    expect(entered).to.deep.equal(['master', 'slave1']);
    awake = ['slave2'];
    expect(await hear('slave2')).to.equal('hello');
    expect(entered).to.deep.equal(['master', 'slave1', 'slave2']);
  });

  it('leads into a node itself where the others do not reach it, from then on', async () => {
    instead['master'] = [PYTHON, '-I', '-c', CUT_OFF];
    expect(await hear('slave1')).to.equal('hello');
    expect(await hear('slave1')).to.equal('hello');
    expect(entered).to.deep.equal(['master', 'slave1']);
    expect((await failure(hear('master'))).message).to.include('EHOSTUNREACH');
  });

  it('is none to a node whose machine does not run, and none at all where nobody can be entered', async () => {
    awake = ['master', 'slave1'];
    const off = await failure(hear('slave2'));
    expect(off.message).to.equal('there is no way to it: its machine does not run');
    expect(entered).to.deep.equal([]);
    for (const node of awake) instead[node] = ['/bin/false'];
    const none = await failure(hear('slave1'));
    expect(none.message).to.equal('there is no way to it: no node of the lab can be entered');
  });
});
