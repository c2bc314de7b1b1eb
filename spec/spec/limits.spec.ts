/** However long a description is, what is done for it is bounded. */
import { expect } from 'chai';
import { load } from 'js-yaml';
import { MOST_PROBLEMS, SpecError } from '../../lib/errors.js';
import { buildLab } from '../../lib/lab/lab.js';
import { parseSpec } from '../../lib/spec/parse.js';
import { readSpec } from '../../lib/spec/read.js';
import type { LabSpec } from '../../lib/spec/types.generated.js';
import { MOST } from '../../lib/workspace/named-file.js';

function refusal(act: () => unknown): SpecError {
  try {
    act();
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** As many lines as a description may have. */
function filled(head: string, line: (index: number) => string): string {
  let text = head;
  for (let index = 0; ; index++) {
    const next = line(index);
    if (text.length + next.length > MOST.description) return text;
    text += next;
  }
}

describe('the limits of a description', () => {
  it('tell a hundred problems, and how many more there are', () => {
    const keys = Object.fromEntries(Array.from({ length: 50_050 }, (_, i) => [`key${i}`, i]));
    const error = refusal(() => parseSpec(keys));
    expect(error.problems).to.have.length(MOST_PROBLEMS);
    expect(error.more).to.equal(49_950);
    expect(error.message).to.match(/^the description has 50,050 problems:\n/);
    expect(error.message).to.match(/\n {2}and 49,950 more$/);
    expect(error.message.split('\n')).to.have.length(2 + 2 * MOST_PROBLEMS);
  });

  it('tell all of a hundred, and no more than there are', () => {
    const keys = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key${i}`, i]));
    const error = refusal(() => parseSpec(keys));
    expect(error.problems).to.have.length(100);
    expect(error.more).to.equal(0);
    expect(error.message).not.to.include('more');
  });

  it('look for the origin of no more problems than are told', () => {
    const keys = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key${i}`, i]));
    let asked = 0;
    const origin = () => {
      asked++;
      return undefined;
    };
    refusal(() => parseSpec(keys, { origin }));
    expect(asked).to.equal(MOST_PROBLEMS);
  });

  it('are those of lists, before anything is done with their items', () => {
    let looked = 0;
    const node = () => {
      looked++;
      return { role: 'replica' };
    };
    const many = (length: number, item: () => unknown) =>
      new Proxy(Array.from({ length }), {
        get: (list, key) =>
          typeof key === 'string' && /^\d+$/.test(key) ? item() : Reflect.get(list, key),
      });
    for (const [spec, message] of [
      [
        { nodes: many(100_000, node) },
        'nodes: has 100000 items, more than redis-lab takes\n      use a list of 1 to 1000 nodes',
      ],
      [
        { redis: { config: many(301, node) } },
        'redis.config: has 301 items, more than redis-lab takes\n      use a list of at most 300 lines of redis.conf',
      ],
      [
        { redis: { source: { mirrors: many(21, node) } } },
        'redis.source.mirrors: has 21 items, more than redis-lab takes\n      use a list of at most 20 addresses',
      ],
    ] as const) {
      const error = refusal(() => buildLab(spec as unknown as LabSpec));
      expect(error.problems).to.have.length(1);
      expect(error.message).to.include(message);
    }
    expect(looked).to.equal(0);
  });

  it('let a lab of a thousand nodes be', () => {
    const nodes = Array.from({ length: 1000 }, (_, i) => ({
      name: `n${i}`,
      role: i === 0 ? ('master' as const) : ('replica' as const),
    }));
    expect(buildLab({ network: '10.1.0.0/16', nodes }).model.nodes).to.have.length(1000);
  });

  // The worst that a file of the largest size can hold. Beside reading its YAML, the rest may cost a few times as much:
  // it used to cost hundreds of times as much, since each problem searched the whole text.
  const WORST: Record<string, string> = {
    'unknown keys': filled('', (i) => `k${i}: 1\n`),
    'nodes with unknown keys': filled('nodes:\n', (i) =>
      i < 1000 ? `- {a: 1, b: 2, c: 3, d: 4, e: 5}\n` : `# ${i}\n`,
    ),
    'nodes with wrong values': filled('nodes:\n', (i) =>
      i < 1000 ? `- {name: A, ip: x, memory: y, cpus: z, role: q, priority: p}\n` : `# ${i}\n`,
    ),
    'equal nodes': filled('nodes:\n', (i) =>
      i < 1000 ? '- {name: a, ip: 192.168.100.9}\n' : `# ${i}\n`,
    ),
    'unknown directives': filled('redis:\n  config:\n', (i) =>
      i < 300 ? `  - ${'x'.repeat(60)}${i} 1\n` : `# ${i}\n`,
    ),
    'too many nodes': filled('nodes:\n', () => '- {}\n'),
    'a line of blanks': `${' '.repeat(MOST.description - 10)}a`,
  };
  for (const [what, text] of Object.entries(WORST)) {
    it(`keep the work within that of reading: ${what}`, () => {
      const reading = least(() => load(text, { maxAliases: 0 }));
      const whole = least(() => refusal(() => readSpec({ text, filename: 'x.yaml' })));
      // A short text is read in no time, and the table of directives costs what it costs.
      expect(whole).to.be.below(20 * Math.max(reading, 100));
    });
  }

  it('stop what explodes or nests without end', () => {
    const bomb = `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`;
    expect(refusal(() => readSpec({ text: bomb, filename: 'x' })).message).to.include('alias');
    for (const deep of ['['.repeat(100_000), '{a: '.repeat(100_000), '- '.repeat(100_000)]) {
      const { message } = refusal(() => readSpec({ text: deep, filename: 'x' }));
      expect(message).to.include('is not YAML');
      expect(message.length).to.be.below(1000);
    }
    const huge = refusal(() => readSpec({ text: `name: "${'x'.repeat(400_000)}"`, filename: 'x' }));
    expect(huge.message.length).to.be.below(1000);
    const key = refusal(() => readSpec({ text: `${'k'.repeat(400_000)}: 1`, filename: 'x' }));
    expect(key.message.length).to.be.below(1000);
    for (const set of [
      `name=${'['.repeat(50_000)}`,
      `${'a.'.repeat(50_000)}b=1`,
      `nodes.${'a'.repeat(50_000)}.ip=1`,
    ]) {
      expect(refusal(() => readSpec(undefined, [set])).message.length).to.be.below(1000);
    }
  });
});

/** The lesser of two, milliseconds of this process: what others do meanwhile counts less. */
function least(work: () => unknown): number {
  const times = [1, 2].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
