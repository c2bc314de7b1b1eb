/** Published incidents: each gives its outcome, and fails where its steps could not be taken. */
import { expect } from 'chai';
import type { IncidentName } from '../../lib/scenarios/names.js';
import { needsServer } from '../backends/local/support.js';
import { sideBySide, type Trial } from './side-by-side.js';
import { TestLab } from './test-lab.js';

const SHORT = { sentinel: { downAfter: 1000, failoverTimeout: 2000 } } as const;

function gives(outcome: 'reproduced' | 'fixed-here', name: IncidentName): Trial {
  return {
    title: `${name}: ${outcome}`,
    run: async () => {
      await using lab = await TestLab.up(SHORT);
      const { verdict, reason, incident } = await lab.play(name);
      expect(verdict, reason ?? '').to.equal('passed');
      expect(incident?.outcome).to.equal(outcome);
      expect(incident?.link).to.match(/^https:\/\/github\.com\//);
    },
  };
}

/** Something is done before a fault is injected, so that a step is not what it should be. */
function fails(
  claim: string,
  name: IncidentName,
  spoil: (lab: TestLab) => Promise<unknown>,
): Trial {
  return {
    title: `${name} fails where a step was not what it should be: ${claim}`,
    run: async () => {
      await using lab = await TestLab.up(SHORT);
      const inject = lab.backend.inject.bind(lab.backend);
      lab.backend.inject = async (...args) => {
        await spoil(lab);
        await inject(...args);
      };
      const result = await lab.play(name);
      expect(result.verdict).to.equal('failed');
      expect(result.failedClaim).to.equal(claim);
      expect(result.incident?.outcome).to.equal(null);
    },
  };
}

describe('a published incident', function () {
  this.timeout(240_000);
  before(needsServer);

  sideBySide([
    gives('reproduced', 'kubeblocks-10753'),
    gives('reproduced', 'redis-12570'),
    gives('reproduced', 'redis-12574'),
    gives('reproduced', 'redis-12271'),
    gives('reproduced', 'forged-hello'),
    fails('kubeblocks-10753.reborn', 'kubeblocks-10753', (lab) => lab.redis('master', 'SAVE')),
  ]);
});
