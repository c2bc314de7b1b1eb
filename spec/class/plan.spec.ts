import { expect } from 'chai';
import { FIGURES } from '../../lib/backends/incus/figures.js';
import { planOf } from '../../lib/class/plan.js';
import { buildLab } from '../../lib/lab/lab.js';

const lab = buildLab({ incus: { diskGb: 4 } }).model;

describe('the plan of a class', () => {
  it('shares the labs among machines, and reckons what each takes', () => {
    const { students, containers, ways } = planOf(lab, { students: 300 });
    expect({ students, containers }).to.deep.equal({ students: 300, containers: 900 });
    expect(ways.map(({ members, labs }) => [members, labs])).to.deep.equal([
      [1, 300],
      [2, 150],
      [3, 100],
      [5, 60],
      [10, 30],
    ]);
    const [one, two] = ways;
    const { memoryMb, diskMb } = FIGURES.node;
    expect((one?.memoryMb ?? 0) - (two?.memoryMb ?? 0)).to.equal(150 * 3 * memoryMb.value);
    expect((one?.diskMb ?? 0) - (two?.diskMb ?? 0)).to.equal(150 * 3 * diskMb.value);
    expect((one?.fullDiskMb ?? 0) - (two?.fullDiskMb ?? 0)).to.equal(150 * 12_000);
  });

  it('takes the machines that somebody has', () => {
    const { ways } = planOf(lab, { students: 31, members: 2, processors: 8 });
    expect(ways).to.have.lengthOf(1);
    expect(ways[0]).to.include({ members: 2, labs: 16 });
    expect(ways[0]?.times.map(({ processors }) => processors)).to.deep.equal([8]);
  });

  it('takes half as long with twice the processors, and never less than one lab alone', () => {
    const minutes = (students: number, processors: number) => {
      const [way] = planOf(lab, { students, members: 1, processors }).ways;
      return way?.times[0]?.failoverMinutes ?? 0;
    };
    expect(minutes(1000, 4)).to.be.closeTo(2 * minutes(1000, 8), 1e-9);
    expect(minutes(1, 32)).to.equal(FIGURES.lab.failoverSeconds.value / 60);
  });

  it('proposes no more machines than there are students', () => {
    expect(planOf(lab, { students: 2 }).ways.map(({ members }) => members)).to.deep.equal([1, 2]);
  });

  it('grows with the nodes of a lab', () => {
    const five = buildLab({ nodes: [{ role: 'master' }, {}, {}, {}, {}] }).model;
    expect(planOf(five, { students: 10 }).containers).to.equal(50);
    const minutes = (model: typeof lab) =>
      planOf(model, { students: 300, members: 1, processors: 4 }).ways[0]?.times[0]
        ?.failoverMinutes ?? 0;
    expect(minutes(five)).to.be.closeTo((minutes(lab) * 5) / 3, 1e-9);
  });

  it('says of each figure and each limit where it comes from', () => {
    const { figures, limits } = planOf(lab, { students: 300 });
    for (const { name, value, where } of figures) {
      expect(value, name).to.be.greaterThan(0);
      expect(where, name).not.to.equal('');
    }
    expect(limits.map(({ name, takes, most }) => [name, takes < most])).to.deep.equal([
      ['bridgePorts', true],
      ['processes', true],
      ['ports', true],
      ['instances', true],
    ]);
  });
});
