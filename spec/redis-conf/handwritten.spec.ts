/** What check finds in configurations as people write them: all that an expert would, and nothing else. */
import { expect } from 'chai';
import { checked } from './support/checked.js';
import { handwritten } from './support/handwritten.js';

describe('what people write', () => {
  for (const [about, { files, finds }] of handwritten()) {
    it(`has what is wrong with it told: ${about}`, () => {
      const worse = checked(files).findings.filter(({ severity }) => severity !== 'hint');
      const told = worse.map(({ code, place }) => `${code} ${place.file}`);
      expect([...new Set(told)].sort()).to.deep.equal(finds);
    });
  }
});
