import { expect } from 'chai';
import fc from 'fast-check';
import { classOf, knownDirectives, signatureOf } from '../../lib/redis-conf/directives.js';
import { MACHINE } from '../../lib/render/layout.js';
import { whyRefused } from '../../lib/spec/config-line.js';
import { parseSpec } from '../../lib/spec/parse.js';
import { goodValues } from '../redis-conf/samples.js';

const NEWEST = { redis: '8.8.1', valkey: '9.1.1' } as const;
const ENGINES = ['redis', 'valkey'] as const;
const ALL = [
  ...new Set(ENGINES.flatMap((engine) => knownDirectives(engine, NEWEST[engine]))),
  'gopher-enabled',
];

const letter = (char: string) =>
  fc.constantFrom(char, char.toUpperCase(), `\\x${char.charCodeAt(0).toString(16)}`);

/** Ways to write a name that a server reads as that name. */
function spellings(name: string): fc.Arbitrary<string> {
  const mixed = fc.tuple(...[...name].map((char) => fc.constantFrom(char, char.toUpperCase())));
  const escaped = fc.tuple(...[...name].map(letter)).map((chars) => `"${chars.join('')}"`);
  const blanks = fc.constantFrom('', ' ', '   ');
  return fc
    .tuple(
      blanks,
      fc.oneof(
        mixed.map((chars) => chars.join('')),
        escaped,
        mixed.map((chars) => `'${chars.join('')}'`),
        mixed.map((chars) => `${chars[0]}"${chars.slice(1).join('')}"`),
      ),
      fc.constantFrom(' /tmp/x', '  "/tmp/x"', ' yes', ' ""', ' a b c', ' a\tb', ''),
    )
    .map((parts) => parts.join(''));
}

describe('a line of redis.config', () => {
  it('that is not known to be harmless is refused, however it is spelt', () => {
    const dangerous = ALL.filter((name) => classOf(name) !== 'free');
    expect(dangerous).to.have.length.above(80);
    for (const name of dangerous) {
      fc.assert(
        fc.property(
          spellings(name),
          fc.constantFrom(...ENGINES),
          fc.constantFrom(undefined, '6.2.0', '7.0.15', '8.1.1', '99.0.0'),
          (line, engine, version) => {
            expect(whyRefused(line, engine, version), line).not.to.equal(undefined);
          },
        ),
        { numRuns: 25 },
      );
    }
  });

  it('that names a file, or is for the lab to say, is told what there is instead', () => {
    for (const name of ALL) {
      const kind = classOf(name);
      if (kind === 'free' || kind === 'door' || name.startsWith('tls-')) continue;
      const [, , fix] = whyRefused(`${name} x`, 'redis', undefined) ?? [];
      expect(fix, name).not.to.equal('remove the line');
    }
    expect(whyRefused('dir /x', 'redis', undefined)?.[2]).to.contain(MACHINE.dataDir);
  });

  it('with any other directive is taken by a version that has it', () => {
    for (const engine of ENGINES) {
      for (const name of knownDirectives(engine, NEWEST[engine])) {
        if (classOf(name) !== 'free') continue;
        const signature = signatureOf(engine, NEWEST[engine], name);
        const [values = []] = signature ? goodValues(signature) : [];
        const line = [name, ...values].join(' ');
        expect(whyRefused(line, engine, NEWEST[engine]), line).to.equal(undefined);
      }
    }
  });

  it('with a name of no table is refused, also for a server that is newer than the table', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{2,20}$/), (name) => {
        fc.pre(classOf(name) === undefined);
        for (const version of ['7.0.15', '99.0.0', undefined]) {
          expect(whyRefused(`${name} 1`, 'redis', version), name).not.to.equal(undefined);
        }
      }),
    );
    const [code, message, fix] = whyRefused('dump-command /bin/x', 'redis', '99.0.0') ?? [];
    expect(code).to.equal('spec.config.unknown');
    expect(message).to.equal(
      'is none of the directives that redis-lab knows, those of redis up to 8.8',
    );
    expect(fix).to.equal(
      'remove the line: only directives that redis-lab knows to be harmless may be given',
    );
  });

  it('is one line with visible text, also when it is read', () => {
    for (const value of ['"a\\nport 1"', '"a\\x0d"', '"\\x00"', '\'\\x00\' "\\x1b[2J"']) {
      const line = `proc-title-template ${value}`;
      expect(whyRefused(line, 'redis', '8.2.8'), line).to.deep.equal([
        'spec.config.control',
        'has an escaped control character in a value',
        'choose a value without',
      ]);
    }
    for (const line of ['hz 20\nport 1', 'hz 20\rport 1', 'hz 20\0', 'hz 20\u2028', 'hz\t20']) {
      expect(() => parseSpec({ redis: { config: [line] } }), line).to.throw('redis.config[0]');
    }
  });
});
