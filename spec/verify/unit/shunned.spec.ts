import { expect } from 'chai';
import { buildLab } from '../../../lib/lab/lab.js';
import {
  endpointText,
  redisEndpoint,
  sentinelEndpoint,
} from '../../../lib/redis-view/endpoints.js';
import type { SentinelView } from '../../../lib/redis-view/sentinel-view.js';
import { type Flaw, flaw } from '../../../lib/verify/health.js';
import type { Observation } from '../../../lib/verify/observe.js';
import { shunnedIn } from '../../../lib/verify/shunned.js';

const lab = buildLab().model;
const names = lab.nodes.map(({ name }) => name);

/** All Sentinels name the first node. */
const seen: Observation = {
  answered: new Set(),
  nodes: lab.nodes.map((node) => ({
    node,
    redis: undefined,
    sentinel: {
      view: { master: { endpoint: redisEndpoint(lab.nodes[0] ?? node) } } as SentinelView,
    },
  })),
};

const found = (flaws: readonly Flaw[], tried: readonly string[] = []) =>
  shunnedIn(lab, seen, flaws, ({ node, service }) => tried.includes(`${node} ${service}`)).map(
    ({ node, service, said }) => `${node} ${service}: ${said}`,
  );

const pong = (node: string, of: string) => flaw('contact.redis-pong', { node, of });
const down = (node: string, of: string) =>
  flaw('contact.redis-flags', { node, of, flags: 's_down,disconnected' });
const masterDown = (node: string) =>
  flaw('master.flags', { node, flags: 'master,s_down,disconnected' });
const WRONG = 'Unable to AUTH to MASTER: -WRONGPASS';
const shut = (node: string, said = WRONG) =>
  flaw('links.down-since', { node, master: 'master', said });

describe('who is shunned', () => {
  it('is nobody in a lab that is whole, or in which something is under way', () => {
    expect(found([])).to.deep.equal([]);
    const all = names.map((each) => pong(each, 'slave1'));
    for (const other of [
      flaw('servers.redis-loading', { node: 'slave2', percent: 1, seconds: 9 }),
      flaw('master.disagreed', { each: [] }),
      flaw('quorum.tilt', { node: 'slave1' }),
    ]) {
      expect(found([...all, other])).to.deep.equal([]);
    }
  });

  it('is a server that no Sentinel has an answer of, be it the master', () => {
    expect(found(names.map((each) => pong(each, 'slave1')))).to.deep.equal([
      'slave1 redis: no PONG',
    ]);
    expect(found(names.map(masterDown))).to.deep.equal([
      'master redis: master,s_down,disconnected',
    ]);
  });

  it('is one that was replaced, and cannot be made a replica', () => {
    const second = flaw('master.second', { node: 'slave1', master: 'master' });
    const flaws = [second, ...names.map((each) => down(each, 'slave1'))];
    expect(found(flaws)).to.deep.equal(['slave1 redis: s_down,disconnected']);
  });

  it('is a Sentinel that alone has no answer, or that nobody has one of', () => {
    const ofOne = [masterDown('slave2'), down('slave2', 'slave1'), down('slave2', 'slave2')];
    expect(found(ofOne)).to.deep.equal(['slave2 sentinel: s_down,disconnected']);
    const of = endpointText(sentinelEndpoint(lab.nodes[2] ?? (lab.nodes[0] as never)));
    const flaws = ['master', 'slave1'].map((node) => flaw('contact.sentinel-pong', { node, of }));
    expect(found(flaws)).to.deep.equal(['slave2 sentinel: no PONG']);
  });

  it('are all Sentinels where none has an answer of any server', () => {
    const flaws = names.flatMap((each) => [
      masterDown(each),
      down(each, 'slave1'),
      down(each, 'slave2'),
    ]);
    expect(found(flaws).map((each) => each.split(':')[0])).to.have.members(
      names.map((each) => `${each} sentinel`),
    );
  });

  it('is a replica that is not let in, then its master; or first the master, where it lets no one in', () => {
    const stale = flaw('servers.redis-stale', { node: 'slave1', said: 'MASTERDOWN …' });
    expect(found([stale, shut('slave1')])).to.deep.equal([`slave1 redis: ${WRONG}`]);
    expect(found([shut('slave1')], ['slave1 redis'])).to.deep.equal([`master redis: ${WRONG}`]);
    const all = [shut('slave1'), shut('slave2')];
    expect(found(all)).to.deep.equal([`master redis: ${WRONG}`]);
    expect(found(all, ['master redis'])).to.deep.equal([
      `slave1 redis: ${WRONG}`,
      `slave2 redis: ${WRONG}`,
    ]);
    expect(found(all, ['master redis', 'slave1 redis', 'slave2 redis'])).to.deep.equal([]);
  });

  it('is nobody where a link is down for another reason', () => {
    expect(found([shut('slave1', 'Write error … No space left on device')])).to.deep.equal([]);
    expect(found([flaw('links.down', { node: 'slave1', master: 'master' })])).to.deep.equal([]);
  });
});
