/** A class of data, as a program makes it. */
import { expect } from 'chai';
import { SpecError } from '../../lib/errors.js';
import { buildClass } from '../../lib/index.js';

const ANI = { name: 'Ani', id: '051110' };

describe('a class of data', () => {
  it('is one of a list: labs by numbers, of one description', () => {
    const lab = {
      name: 'sister',
      nodes: [{ role: 'master' }, { role: 'replica' }, { role: 'sentinel' }],
    } as const;
    const students = [ANI, { name: '李雷', email: 'li@example.org' }];
    const { backend, model } = buildClass({ lab, students });
    expect(backend).to.equal('incus');
    expect(model.name).to.equal('sister');
    expect(model.labs.map((each) => each.lab.name)).to.deep.equal([
      'sister-051110',
      'sister-li-example-org-f7634d',
    ]);
    const [first] = model.labs;
    expect(first?.lab.nodes.map(({ role }) => role)).to.deep.equal([
      'master',
      'replica',
      'sentinel',
    ]);
    expect(first?.lab.incus).to.include({ project: 'sister-051110', uplink: 'none' });
    expect(first?.student).to.include({ owner: 'Ani, 051110', line: 1 });
    expect(model.labOf('sister-051110')).to.deep.equal(first?.lab);
  });

  it('keeps what a description says of the server', () => {
    const lab = { incus: { remote: 'far', uplink: 'lxdbr0', diskGb: 9 } };
    const [first] = buildClass({ lab, students: [ANI] }).model.labs;
    expect(first?.lab.incus).to.include({ remote: 'far', uplink: 'lxdbr0', diskGb: 9 });
  });

  it('tells all that is wrong with its students, each by its place', () => {
    const students = [ANI, { name: '', id: '2' }, { name: 'Caca', id: 51110 as unknown as string }];
    const wrong = () => buildClass({ students: [...students, { name: 'Dodi', id: '051110' }] });
    expect(wrong).to.throw(SpecError);
    try {
      wrong();
    } catch (error) {
      const { problems } = error as SpecError;
      expect(problems.map(({ origin, path, message }) => [origin, path, message])).to.deep.equal([
        ['students[1]', 'name', 'is missing'],
        ['students[3]', 'id', 'is that of students[0] too'],
      ]);
    }
    expect(() => buildClass({ students: [] })).to.throw(SpecError, 'has no students');
    expect(() => buildClass({ students: [{ name: 'Ani' }] })).to.throw(SpecError, 'is missing');
  });

  it('cannot be on a backend that has no classes, or be asked for somebody else', async () => {
    expect(() => buildClass({ students: [ANI] }, { backend: 'vagrant' })).to.throw(
      'A class cannot be on the backend vagrant. Take incus or local.',
    );
    const labs = buildClass({ students: [ANI] }, { backend: 'local' });
    expect(() => labs.watch({ only: ['7'] })).to.throw('No student of the class is known as 7.');
    expect(() => labs.watch({ everyMs: 1 })).to.throw('everyMs is 1; use 100 to 3600000');
  });
});
