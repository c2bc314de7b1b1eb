import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Each floor may import from itself and from those below it, which stand after it. */
const FLOORS = [
  ['bin/', 'lib/cli/'],
  ['lib/index', 'lib/experiment/', 'lib/class/'],
  ['lib/lab/'],
  ['lib/scenarios/'],
  ['lib/live/'],
  ['lib/verify/'],
  ['lib/oracle/'],
  ['lib/doctor/'],
  ['lib/backends/'],
  ['lib/faults/'],
  ['lib/workspace/', 'lib/command/', 'lib/process/', 'lib/redis-view/', 'lib/cache/'],
  ['lib/render/', 'lib/report/', 'lib/handout/', 'lib/progress'],
  ['lib/spec/'],
  ['lib/redis-conf/'],
  ['lib/model/'],
  ['lib/errors', 'lib/coded', 'lib/clock', 'lib/literal', 'lib/throttle', 'lib/version'],
];

/** Packages that have one door each. */
const DOORS: Record<string, RegExp> = {
  yargs: /^lib\/cli\//,
  handlebars: /^lib\/render\/template\.ts$/,
  'js-yaml': /^lib\/(?:render|spec)\/(?:yaml|override)\.ts$/,
  execa: /^lib\/command\//,
  'node:child_process': /^lib\/command\//,
  ioredis: /^lib\/redis-view\//,
  undici: /^lib\/cache\/outgoing\.ts$/,
  listr2: /^lib\/cli\/progress\//,
  'node:fs': /^lib\/workspace\//,
};

interface Import {
  readonly from: string;
  readonly to: string;
  /** Loaded when it is needed, not when the file is. */
  readonly late: boolean;
}

const imports: Import[] = ['bin', 'lib']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true }),
  )
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => path.join(entry.parentPath, entry.name))
  .filter((file) => !file.endsWith('.generated.ts'))
  .flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(from|import\()\s*'([^']+)'/g)].map(
      ([, word, target = '']) => ({
        late: word !== 'from',
        from: path.relative(ROOT, file),
        to: target.startsWith('.')
          ? path.relative(ROOT, path.resolve(path.dirname(file), target)).replace(/\.js$/, '.ts')
          : target,
      }),
    ),
  );

/** What is left once everything is taken away that leads nowhere, or that nobody leads to: the circles. */
function circles(edges: readonly Pick<Import, 'from' | 'to'>[]): string[] {
  let left = edges.filter(({ from, to }) => from !== to);
  for (;;) {
    const inner = left.filter(
      ({ from, to }) =>
        left.some((each) => each.from === to) && left.some((each) => each.to === from),
    );
    if (inner.length === left.length) return left.map(({ from, to }) => `${from} > ${to}`);
    left = inner;
  }
}

function floorOf(file: string): number {
  return FLOORS.findIndex((floor) => floor.some((prefix) => file.startsWith(prefix)));
}

describe('the architecture', () => {
  it('is looked at as a whole', () => {
    expect(imports).to.have.length.greaterThan(80);
  });

  it('gives every file a floor', () => {
    const homeless = imports.map((each) => each.from).filter((file) => floorOf(file) < 0);
    expect(homeless).to.deep.equal([]);
  });

  it('lets imports go down only', () => {
    const upward = imports.filter(
      ({ from, to }) => floorOf(to) >= 0 && floorOf(to) < floorOf(from),
    );
    expect(upward).to.deep.equal([]);
  });

  it('has no circle of files', () => {
    expect(circles(imports.filter(({ late }) => !late))).to.deep.equal([]);
    const [a, b, c] = ['a', 'b', 'c'];
    const ring = [
      { from: a, to: b },
      { from: b, to: c },
      { from: c, to: a },
    ];
    expect(circles([...ring, { from: 'd', to: a }, { from: a, to: 'e' }])).to.have.length(3);
  });

  it('has no two folders of which each imports from the other', () => {
    const folders = imports.map(({ from, to }) => ({
      from: path.dirname(from),
      to: path.dirname(to),
    }));
    const apart = ({ from, to }: Pick<Import, 'from' | 'to'>) =>
      to.startsWith('lib/') && !`${from}/`.startsWith(`${to}/`) && !`${to}/`.startsWith(`${from}/`);
    const both = folders.filter(
      ({ from, to }) =>
        apart({ from, to }) && folders.some((each) => each.from === to && each.to === from),
    );
    expect(both).to.deep.equal([]);
  });

  it('gives each package that does something one door', () => {
    const through = imports.filter(({ from, to }) => {
      const door = Object.entries(DOORS).find(([name]) => to === name || to.startsWith(`${name}/`));
      return door && !door[1].test(from);
    });
    expect(through).to.deep.equal([]);
  });

  it('keeps the library from printing and ending the process', () => {
    const talking = imports
      .map((each) => each.from)
      .filter((file) => !file.startsWith('lib/cli/') && !file.startsWith('bin/'))
      .filter((file) =>
        /\bprocess\.(?:exit|stdout|stderr)\b|\bconsole\./.test(
          readFileSync(path.join(ROOT, file), 'utf8'),
        ),
      );
    expect(talking).to.deep.equal([]);
  });
});
