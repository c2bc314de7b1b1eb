import { expect } from 'chai';
import { labsReport } from '../../lib/report/labs-text.js';
import { PLAIN } from '../../lib/report/style.js';
import type { ListedLab } from '../../lib/report/types.generated.js';
import { englishWords } from './support/indonesian.js';

const STATES = ['running', 'partial', 'stopped', 'damaged', 'unknown'] as const;

const labs = STATES.map(
  (state): ListedLab => ({
    name: `lab-${state}`,
    backend: 'local',
    state,
    folder: '/home/ann/lab',
    problem: null,
    set: [],
  }),
);

describe('the list of labs', () => {
  it('is told in the language of the description here', () => {
    for (const each of [labs, []]) {
      const text = labsReport({ labs: each, silent: [] }, ['redis-lab down'], PLAIN, 'id');
      expect(englishWords(text)).to.deep.equal([]);
    }
    const [titles, first] = labsReport({ labs, silent: [] }, [], PLAIN, 'id').split('\n');
    expect(titles?.trim().split(/\s+/)).to.deep.equal(['nama', 'backend', 'keadaan', 'folder']);
    expect(first).to.include('berjalan').and.not.include(' running');
  });
});
