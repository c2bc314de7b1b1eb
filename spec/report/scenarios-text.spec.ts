import fs from 'node:fs';
import { expect } from 'chai';
import { withMatrix } from '../../.ci/scenarios.js';
import { listScenarios } from '../../lib/lab/lab.js';
import { scenariosReport } from '../../lib/report/scenarios-text.js';
import { speechIn } from '../../lib/report/speech.js';
import { INCIDENT_NAMES, SCENARIO_NAMES } from '../../lib/scenarios/names.js';

describe('the list of scenarios', () => {
  it('has all of them, what each needs, and where its faults can be injected', async () => {
    const { scenarios } = await listScenarios();
    expect(scenarios.map(({ name }) => name)).to.include.members([...SCENARIO_NAMES]);
    const [hang] = scenarios.filter(({ name }) => name === 'hang');
    expect(hang).to.deep.equal({
      name: 'hang',
      inUp: false,
      needs: { replicas: 1, sentinels: 0, quorum: 0, faults: ['hang'] },
      backends: ['vagrant', 'incus', 'local'],
      ownNetwork: ['local'],
    });
  });

  for (const lang of ['en', 'id']) {
    it(`says what each teaches: ${lang}`, async () => {
      const taught: Readonly<Record<string, string>> = speechIn(lang).t.scenarios.of;
      expect(Object.keys(taught)).to.have.members([...SCENARIO_NAMES]);
      const text = scenariosReport(await listScenarios(), undefined, lang).replaceAll(/\s+/g, ' ');
      for (const sentence of Object.values(taught)) expect(text).to.include(sentence);
    });
  }

  it('has the incidents apart, each with what was reported and where', async () => {
    const { scenarios, incidents } = await listScenarios();
    expect(incidents.map(({ name }) => name)).to.deep.equal([...INCIDENT_NAMES]);
    expect(scenarios.map(({ name }) => name)).not.to.include.members([...INCIDENT_NAMES]);
    const docs = fs.readFileSync('docs/engineer.md', 'utf8');
    for (const { name, link, reported } of incidents) {
      expect(docs).to.include(`[\`${name}\`](${link})`);
      const text = scenariosReport({ scenarios, incidents }).replaceAll(/\s+/g, ' ');
      expect(text).to.include(`${reported} ${link}`);
    }
  });

  it('says so where no backend can run one', () => {
    const needs = { replicas: 2, sentinels: 3, quorum: 0, faults: ['flood'] };
    const one = { name: 'flooded', inUp: false, needs, backends: [] };
    expect(scenariosReport({ scenarios: [one], incidents: [] })).to.equal(
      'flooded (on no backend that is known here)\n  needs at least replicas: 2, Sentinels: 3',
    );
  });

  it('says where a network of its own is enough', async () => {
    const { scenarios, incidents } = await listScenarios();
    const [partition] = scenarios.filter(({ name }) => name === 'partition');
    expect(partition).to.deep.include({ backends: ['vagrant', 'incus'], ownNetwork: ['local'] });
    expect(scenariosReport({ scenarios, incidents })).to.include(
      'partition (vagrant, incus, local --own-network)',
    );
  });

  it('is in the documentation as npm run docs:scenarios writes it', async () => {
    const docs = fs.readFileSync('docs/engineer.md', 'utf8');
    expect(withMatrix(docs, await listScenarios())).to.equal(docs);
  });

  it('is the table of the documentation', () => {
    const docs = fs.readFileSync('docs/engineer.md', 'utf8');
    const rows = [...docs.matchAll(/^\| `([\w-]+)` \| .* \| .* \|$/gm)].map(([, name]) => name);
    expect(rows.filter((name) => SCENARIO_NAMES.some((each) => each === name))).to.include.members([
      ...SCENARIO_NAMES,
    ]);
  });
});
