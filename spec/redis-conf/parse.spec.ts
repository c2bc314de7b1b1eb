import { expect } from 'chai';
import fc from 'fast-check';
import { type ConfLine, parseConf, splitArguments } from '../../lib/redis-conf/parse.js';
import { quoteArgument } from '../../lib/redis-conf/quote.js';

/** `LINE:COLUMN NAME [ARGUMENT COLUMN-END]… ! FAULT COLUMN` */
function told({ line, column, name, args, error }: ConfLine): string {
  const words = args.map((word) => `[${word.text} ${word.column}-${word.end}]`);
  return [
    `${line}:${column}`,
    name,
    ...words,
    ...(error ? [`! ${error.code} ${error.column}`] : []),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

const read = (text: string) => parseConf(text).map(told);

describe('the parser of redis.conf and sentinel.conf', () => {
  it('gives every line that counts, with its place and its arguments', () => {
    const text = [
      '# mine',
      '',
      'port 6379',
      '  \t# indented',
      '\tBind  127.0.0.1\t-::1 ',
      'SENTINEL Monitor mymaster 10.0.0.1 6379 2',
      'sentinel',
      'save "" # not a comment',
    ].join('\r\n');
    expect(read(text)).to.deep.equal([
      '3:1 port [6379 6-10]',
      '5:2 bind [127.0.0.1 8-17] [-::1 18-22]',
      '6:1 sentinel monitor [mymaster 18-26] [10.0.0.1 27-35] [6379 36-40] [2 41-42]',
      '7:1 sentinel',
      '8:1 save [ 6-8] [# 9-10] [not 11-14] [a 15-16] [comment 17-24]',
    ]);
    expect(parseConf(text)[1]?.text).to.equal('Bind  127.0.0.1\t-::1');
  });

  it('knows quotes and escapes as servers do', () => {
    expect(read(`a "x y" 'it\\'s' "\\n\\x41\\q\\"" '\\n' b"c d" '' "\\x4"`)).to.deep.equal([
      `1:1 a [x y 3-8] [it's 9-16] [\nAq" 17-29] [\\n 30-34] [bc d 35-41] [ 42-44] [x4 45-50]`,
    ]);
    expect(read('"\\x70ort" 1')).to.deep.equal(['1:1 port [1 11-12]']);
    expect(read('"sentinel monitor" a')).to.deep.equal(['1:1 "sentinel monitor" [a 20-21]']);
    expect(read('a\rb\vc\v d')).to.deep.equal(['1:1 a [b\vc\v 3-7] [d 8-9]']);
    expect(read('\v\n\f\v ')).to.deep.equal([]);
    expect(read('\v# a')).to.deep.equal(['1:1 # [a 4-5]']);
  });

  it('says where a line is not what it looks like', () => {
    expect(read('port 1\na "b\nc \'d\ne "f"g\nh "i\\" ')).to.deep.equal([
      '1:1 port [1 6-7]',
      '2:1 ! quotes 3',
      '3:1 ! quotes 3',
      '4:1 ! quotes 5',
      '5:1 ! quotes 3',
    ]);
    expect(read('a\0b\n # \0\nc')).to.deep.equal(['1:1 ! nul 2', '2:2 ! nul 4', '3:1 c']);
    for (const mark of ['\ufeff', '\u00ef\u00bb\u00bf']) {
      expect(read(`${mark}port 1`)[0]).to.match(/^1:\d port \[1 .*! byte-order-mark 1$/);
      expect(read(`${mark}# a\nport 1`)).to.have.lengthOf(2);
      expect(read(`${mark}"`)[0]).to.include('! quotes');
    }
    expect(read('a\ufeff')).to.deep.equal(['1:1 a\ufeff']);
  });

  it('takes no other letter for an ASCII one, and no other blank for a blank', () => {
    expect(read('\u212aELVIN 1')).to.deep.equal(['1:1 \u212aelvin [1 8-9]']);
    expect(read('port\u00a01')).to.deep.equal(['1:1 port\u00a01']);
  });

  it('gives back what was quoted, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' })),
        fc.string({ minLength: 1 }),
        (values, more) => {
          const line = ['x', ...values, more].map(quoteArgument).join(' ');
          expect(splitArguments(line)).to.deep.equal(['x', ...values, more]);
          expect(
            parseConf(`${line}\nport 1`).map(({ args }) => args.map(({ text }) => text)),
          ).to.deep.equal([[...values, more], ['1']]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('has a place for each word, in which it stands', () => {
    const alphabet = fc.constantFrom(...'ab"\'\\ \t\v\r\n#x41');
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 40 }), (text) => {
        const lines = text.split('\n');
        for (const { line, column, text: whole, name, args, error } of parseConf(text)) {
          expect(lines[line - 1]?.slice(column - 1)).to.satisfy((rest: string) =>
            rest.startsWith(whole),
          );
          expect(error === undefined || name === '').to.equal(true);
          for (const word of args) {
            const stands = lines[line - 1]?.slice(word.column - 1, word.end - 1) ?? '';
            expect(splitArguments(stands)).to.deep.equal([word.text]);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads files that are made to stop it', () => {
    const much = 1_000_000;
    expect(read(`a ${'"'.padEnd(much, '\\')}`)).to.deep.equal(['1:1 ! quotes 3']);
    expect(parseConf(`port ${' '.repeat(much)}1${' '.repeat(much)}x`)[0]?.args).to.have.lengthOf(2);
    expect(parseConf('"'.repeat(much))[0]?.error?.code).to.equal('quotes');
    expect(parseConf(`${'\\x'.repeat(much)}\n`)[0]?.name).to.have.lengthOf(2 * much);
    expect(parseConf('a b\n'.repeat(100_000))).to.have.lengthOf(100_000);
    expect(parseConf('\n'.repeat(much))).to.deep.equal([]);
    expect(parseConf('\0'.repeat(much))).to.have.lengthOf(1);
  });
});

describe('an argument that is written', () => {
  it('is quoted where a server would split it or take it for less', () => {
    const path = '/home/jürgen/.local/state_1.2/a-b+c@d:e~';
    expect(quoteArgument(path)).to.equal(path);
    expect(quoteArgument('/a b')).to.equal('"/a b"');
    expect(quoteArgument(`/it's`)).to.equal(`"/it's"`);
    expect(quoteArgument('/a"b\\c\nd\0\x1b')).to.equal('"/a\\"b\\\\c\\nd\\x00\\x1b"');
    expect(quoteArgument('/a#b')).to.equal('"/a#b"');
    expect(quoteArgument('')).to.equal('""');
  });
});
