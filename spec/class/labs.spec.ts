/** The labs of a class: whose is which, and what each is told of its place. */
import { expect } from 'chai';
import { networkName } from '../../lib/backends/incus/names.js';
import { classOf, type Describe, labName } from '../../lib/class/labs.js';
import { readClass } from '../../lib/class/roster.js';
import { SpecError } from '../../lib/errors.js';
import { readSpec } from '../../lib/spec/read.js';
import { HOST_NAME } from '../../lib/spec/schema.js';

/** @param text of a description @param set what is put over it */
function describing(text?: string, set: readonly string[] = []): Describe {
  const file = text === undefined ? undefined : { text, filename: 'x' };
  return (over) => readSpec(file, [...set, ...over.map(([path, value]) => `${path}=${value}`)]);
}

const NONE = describing();

function rosterOf(rows: readonly string[]) {
  return readClass(['name,id,email', ...rows].join('\n'), 'class.csv');
}

describe('the labs of a class', () => {
  it('are known by the numbers of their students, whoever joins or leaves', () => {
    const names = (rows: readonly string[]) =>
      classOf(NONE, rosterOf(rows), 'x').labs.map(({ lab }) => lab.name);
    const rows = ['Ani,051110,', '李雷,19/440/TK,', 'Dewi,,dewi@example.org'];
    const all = names(rows);
    expect(all).to.deep.equal([
      'redis-lab-051110',
      'redis-lab-19-440-tk-bbdaac',
      'redis-lab-dewi-example-or-bfc912',
    ]);
    expect(
      names(['Budi,19-440-TK,', ...rows.toReversed()])
        .slice(1)
        .toReversed(),
    ).to.deep.equal(all);
  });

  it('have names that are host names, each its own, also of a class of 300 and of numbers in any script', () => {
    const ids = [
      ...Array.from({ length: 300 }, (_, i) => `2026/${String(i).padStart(4, '0')}`),
      '꧑꧒꧓',
      '甲乙',
      'A'.repeat(80),
      `${'A'.repeat(80)}b`,
      'a/b',
      'a-b',
      'a.b',
    ];
    const names = ids.map((id) => labName('a-class-with-a-long-name', { id, email: '' }));
    expect(new Set(names).size).to.equal(ids.length);
    for (const name of names) expect(name).to.match(HOST_NAME);
    const { labs } = classOf(NONE, rosterOf(ids.map((id, i) => `S${i},${id},`)), 'x');
    expect(new Set(labs.map(({ lab }) => networkName(lab))).size).to.equal(ids.length);
  });

  it('have the addresses of the description, a project each, and no way out', () => {
    const text =
      'name: sentinel\nnodes: [{ip: 192.168.100.21, role: master}, {role: replica}, {role: replica}]\n';
    const described = describing(text, ['incus.diskGb=9']);
    const { labs, name } = classOf(described, rosterOf(['Ani,7,']), 'x');
    expect(name).to.equal('sentinel');
    const [lab] = labs.map((each) => each.lab);
    expect(lab?.nodes[0]).to.include({ name: 'master', ip: '192.168.100.21' });
    expect(lab?.incus).to.include({
      project: 'sentinel-7',
      hostAddress: false,
      uplink: 'none',
      processes: 1000,
      diskGb: 9,
    });
    const way = classOf(describing(text, ['incus.uplink=lxdbr0']), rosterOf(['Ani,7,']), 'x');
    expect(way.labs[0]?.lab.incus.uplink).to.equal('lxdbr0');
  });

  it('need numbers, or addresses: all that lack both are told', () => {
    const lacking = () => classOf(NONE, rosterOf(['Ani,,', 'Budi,1,', 'Caca,,']), 'class.csv');
    expect(lacking).to.throw(SpecError).with.property('problems').that.has.lengthOf(2);
    try {
      lacking();
    } catch (error) {
      const origins = (error as SpecError).problems.map(({ origin, code }) => `${origin} ${code}`);
      expect(origins).to.deep.equal([
        'class.csv:2 class.id.missing',
        'class.csv:4 class.id.missing',
      ]);
    }
  });
});
