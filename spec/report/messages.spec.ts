import { expect } from 'chai';
import { backends } from '../../lib/backends/registry.js';
import { textsOf } from '../../lib/render/texts.js';
import {
  asTold,
  codesOf,
  ENGLISH,
  message,
  messageOf,
  sentenceIn,
} from '../../lib/report/messages.js';
import { speechIn } from '../../lib/report/speech.js';

const indonesian = speechIn('id');

describe('a sentence with a code', () => {
  const step = message('cache.compiling', { engine: 'redis', version: '8.2.8', count: 12 });
  const told = message('start.node', { node: 'master', step });

  it('has what has a code itself in it, in the same language', () => {
    expect(told.text).to.equal('master: compiling redis 8.2.8: step 12');
    expect(sentenceIn(indonesian, told)).to.equal('master: mengompilasi redis 8.2.8: langkah 12');
  });

  it('is data without its text, which each reader takes from its own language', () => {
    const [data] = codesOf([told]);
    expect(data).to.deep.equal({
      code: 'start.node',
      values: {
        node: 'master',
        step: { code: 'cache.compiling', values: { engine: 'redis', version: '8.2.8', count: 12 } },
      },
    });
    expect(asTold(told)).to.deep.equal({ text: told.text, codes: [data] });
  });

  it('stays English as a whole where a code in it is not known', () => {
    const foreign = { code: 'start.node', values: { node: 'a', step: { code: 'no', values: {} } } };
    expect(sentenceIn(indonesian, foreign)).to.equal('start.node');
  });

  it('need not have one: words of a program are as they are', () => {
    expect(asTold('Reading package lists...')).to.deep.equal({ text: 'Reading package lists...' });
    expect(sentenceIn(indonesian, 'Reading package lists...')).to.equal('Reading package lists...');
    expect(messageOf('a b')).to.deep.equal({ code: 'said', values: { said: 'a b' }, text: 'a b' });
  });

  it('keeps the text that a program gave it', () => {
    const own = { code: 'own.note', values: {}, text: 'The rack is full.' };
    expect(messageOf(own)).to.deep.equal(own);
    expect(sentenceIn(indonesian, own)).to.equal('The rack is full.');
  });

  it('stands in one document', () => {
    const codes = (['messages', 'doctor'] as const).flatMap((each) =>
      Object.keys(textsOf(each, 'en')),
    );
    expect(codes.filter((code, at) => codes.indexOf(code) < at)).to.deep.equal([]);
  });

  it('says why a backend is taken, in every language', () => {
    const reasons = backends().flatMap(({ doctor }) =>
      doctor ? [doctor.why(() => undefined), doctor.lastResort?.('win32') ?? []].flat() : [],
    );
    expect(reasons).to.have.lengthOf(4);
    for (const reason of reasons) {
      const texts = [sentenceIn(ENGLISH, reason), sentenceIn(indonesian, reason)];
      expect(new Set([...texts, messageOf(reason).code]).size, texts[0]).to.equal(3);
    }
  });
});
