/** What somebody changed on machines that run, as their nodes say it. */
import { expect } from 'chai';
import { editedOn } from '../../../lib/backends/machine/edited.js';
import type { Shell } from '../../../lib/backends/machine/shell.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { kitFiles } from '../../../lib/render/node-files.js';
import { thrown } from '../contract.js';

const lab = buildLab().model;
const SERVER = { engine: 'redis', version: '8.2.8', program: '/usr/bin/redis-server' } as const;
const UNITS = '/etc/systemd/system';

type Change = (files: Map<string, string>) => void;

/** The files of a node that has just been made. */
function filesOf(name: string): Map<string, string> {
  const node = lab.nodes.find((each) => each.name === name);
  const kit = node ? kitFiles(lab, node) : [];
  return new Map(
    kit.flatMap(({ path, content }) => {
      const live = path.endsWith('.conf') ? '/etc/redis-lab' : UNITS;
      return [
        [`/opt/redis-lab/${path}`, String(content)],
        [`${live}/${path}`, String(content)],
      ] as const;
    }),
  );
}

/** Nodes whose files somebody changed; how often each was asked. */
function nodes(changes: Readonly<Record<string, Change>> = {}, lost = 0) {
  const asked: string[] = [];
  const attempt = async (node: string) => {
    asked.push(node);
    const files = filesOf(node);
    changes[node]?.(files);
    const lines = [...files].map(
      ([file, text]) => `${file} ${Buffer.from(text, 'utf8').toString('base64')}\n`,
    );
    const stdout = asked.length <= lost ? '' : `${lines.join('')}end\n`;
    return { command: '', code: 0, stdout, stderr: '' };
  };
  return { asked, shell: { attempt } as unknown as Shell };
}

const everywhere = () => true;

async function told(changes: Readonly<Record<string, Change>>) {
  const found = await editedOn(nodes(changes).shell, lab, SERVER, everywhere);
  return found?.lines.map(({ file, line, text }) => `${file} ${line > 0 ? '+' : '-'} ${text}`);
}

const change =
  (file: string, edit: (text: string) => string): Change =>
  (files) => {
    files.set(file, edit(files.get(file) ?? ''));
  };

describe('the files of machines', () => {
  it('are asked for once a node, and of nodes that run', async () => {
    const { asked, shell } = nodes();
    const runs = (node: string) => node !== 'slave2';
    expect(await editedOn(shell, lab, SERVER, runs)).to.deep.equal({ lines: [], findings: [] });
    expect(asked).to.have.members(['master', 'slave1']);
    expect(await editedOn(shell, lab, SERVER, () => false)).to.equal(undefined);
  });

  it('are asked for again where an answer was lost, and missed where none comes', async () => {
    const runs = (node: string) => node === 'slave1';
    expect(await editedOn(nodes({}, 2).shell, lab, SERVER, runs)).not.to.equal(undefined);
    const said = String(await thrown(editedOn(nodes({}, 3).shell, lab, SERVER, runs)));
    expect(said).to.include('slave1 did not give its configurations');
  });

  it('are as they were where only servers have rewritten them', async () => {
    const rewritten = change('/etc/redis-lab/redis.conf', (text) =>
      [
        ...text.split('\n').filter((line) => !/^(?:replicaof|#)/.test(line)),
        'supervised systemd',
        'daemonize no',
        'user default on nopass sanitize-payload ~* &* +@all',
        'latency-tracking-info-percentiles 50 99 99.9',
      ].join('\n'),
    );
    const learnt = change('/etc/redis-lab/sentinel.conf', (text) =>
      `${text}sentinel current-epoch 3\nsentinel config-epoch mymaster 3\n`.replace(
        'sentinel monitor mymaster 192.168.100.11',
        'sentinel monitor mymaster 192.168.100.12',
      ),
    );
    expect(await told({ slave1: rewritten, slave2: learnt })).to.deep.equal([]);
  });

  it('are told line by line, with what check says of them, once somebody changed them', async () => {
    const redis = change('/etc/redis-lab/redis.conf', (text) =>
      `${text}maxmemory 512\n`.replace(/^min-replicas-max-lag.*\n/m, ''),
    );
    const unit = change(`${UNITS}/redis-server.service`, (text) =>
      text.replace('User=redis', 'User=root'),
    );
    const more: Change = (files) => {
      files.set(`${UNITS}/redis-sentinel.service.d/override.conf`, '[Service]\nLimitNOFILE=10\n');
      files.set('/etc/redis-lab/users.acl', 'user reader on >geheim ~* +@read\n');
    };
    const lines = await told({ master: redis, slave1: unit, slave2: more });
    expect(lines).to.deep.equal([
      'master:/etc/redis-lab/redis.conf + maxmemory 512',
      'master:/etc/redis-lab/redis.conf - min-replicas-max-lag 10',
      `slave1:${UNITS}/redis-server.service + User=root`,
      `slave1:${UNITS}/redis-server.service - User=redis`,
      `slave2:${UNITS}/redis-sentinel.service.d/override.conf + [Service]`,
      `slave2:${UNITS}/redis-sentinel.service.d/override.conf + LimitNOFILE=10`,
      'slave2:/etc/redis-lab/users.acl + user reader on >geheim ~* +@read',
    ]);
    const found = await editedOn(
      nodes({ master: redis, slave1: unit }).shell,
      lab,
      SERVER,
      everywhere,
    );
    expect(found?.findings.map(({ code, place }) => `${code} ${place.file}`)).to.deep.equal([
      'size.bytes master:/etc/redis-lab/redis.conf',
      `unit.root slave1:${UNITS}/redis-server.service`,
    ]);
  });
});
