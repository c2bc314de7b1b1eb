/** Whether the nodes' systems can do what the description asks of them: apt, and the package of the server. */
import type { ProblemCode } from '../../errors.js';
import {
  BOXES,
  DEFAULT_BOX,
  type Distribution,
  distributionOf,
  distributionsWith,
  IMAGES,
  isKnownBox,
  withoutApt,
} from '../../model/distributions.js';
import { compareVersions, type Engine, OLDEST_VERSION, sameLine } from '../../model/releases.js';
import type { Finding } from '../finding.js';
import type { Path } from '../path.js';
import { writtenSystems } from '../resolve.js';
import type { Rule } from './rule.js';

const BOX: Path = ['vagrant', 'box'];
const IMAGE: Path = ['incus', 'image'];

const nodesHaveApt: Rule = function* ({ lab }) {
  const places = [
    { path: BOX, name: lab.vagrant.box, instead: BOXES },
    { path: IMAGE, name: lab.incus.image, instead: IMAGES.incus },
  ];
  for (const { path, name, instead } of places) {
    const system = name === null ? undefined : withoutApt(name);
    if (system === undefined) continue;
    yield {
      code: 'spec.system.no-apt',
      path,
      seen: name,
      message: `is ${system}, and nodes are set up with apt, the package manager of Debian and Ubuntu`,
      fix: `use ${instead.join(' or ')}`,
    };
  }
};

const boxAppliesUserData: Rule = function* ({ lab }) {
  const { box } = lab.vagrant;
  if (!isKnownBox(box, 'ignoresUserData') || withoutApt(box) !== undefined) return;
  yield {
    code: 'spec.box.no-cloud-init',
    path: BOX,
    seen: box,
    message: 'does not apply cloud-init user-data: nothing would be installed',
    fix: `use ${BOXES.join(' or ')}`,
  };
};

/** Judged is what is written; if neither a box nor an image is, the box that Vagrant would take. */
const packageIsTheVersion: Rule = function* ({ spec, lab, sound }) {
  const places: Path[] = [
    ['redis', 'engine'],
    ['redis', 'install'],
    ['redis', 'version'],
  ];
  if (lab.redis.install !== 'package' || !sound(...places, BOX, IMAGE)) return;
  const written = writtenSystems(spec);
  const judged = written.length > 0 ? written : [{ path: BOX, name: DEFAULT_BOX }];
  const { engine, version } = lab.redis;
  const isSaid = spec.redis?.version !== undefined;
  for (const { path, name } of judged) {
    if (withoutApt(name) !== undefined) continue;
    const distribution = distributionOf(name);
    const flaw = distribution
      ? flawOf(distribution, engine, version, isSaid)
      : !isSaid && unknownVersion(engine);
    if (!flaw) continue;
    const [code, message, fix] = flaw;
    // Where the version is said, that is what does not fit; where a default would be, the system is.
    const isOther = code === 'spec.package.other-version';
    const place: Pick<Finding, 'path' | 'seen'> = isOther
      ? { path: ['redis', 'version'], seen: version }
      : {
          path: written.length > 0 ? path : ['redis', 'install'],
          seen: written.length > 0 ? name : 'package',
        };
    yield { code, ...place, message, fix };
  }
};

type Flaw = readonly [code: ProblemCode, message: string, fix: string];

function unknownVersion(engine: Engine): Flaw {
  return [
    'spec.package.unknown',
    `is none of the systems whose packages redis-lab knows, and the files must suit the version of ${engine} that it has`,
    `write redis.version as that system has it (apt-cache policy ${engine}-server), or use install: source`,
  ];
}

function flawOf(
  { name, packages }: Distribution,
  engine: Engine,
  version: string,
  isSaid: boolean,
): Flaw | undefined {
  const has = packages[engine];
  const others = distributionsWith(engine)
    .filter(({ packages }) => compareVersions(packages[engine] ?? '0', OLDEST_VERSION[engine]) >= 0)
    .map((each) => `${each.name} (${each.packages[engine]})`)
    .join(', ');
  const instead = `use install: source, or a system that has one: ${others}`;
  if (has === undefined) {
    return ['spec.package.none', `means ${name}, which has no package of ${engine}`, instead];
  }
  if (compareVersions(has, OLDEST_VERSION[engine]) < 0) {
    return [
      'spec.package.too-old',
      `means ${name}, whose package is ${engine} ${has}, and redis-lab writes configurations for ${OLDEST_VERSION[engine]} and newer`,
      instead,
    ];
  }
  if (!isSaid || sameLine(has, version)) return undefined;
  return [
    'spec.package.other-version',
    `is not what install: package brings: ${name} has ${engine} ${has}`,
    `use ${has}, or leave the version out; or use install: source, or another system: ${others}`,
  ];
}

export const distributionRules: readonly Rule[] = [
  nodesHaveApt,
  boxAppliesUserData,
  packageIsTheVersion,
];
