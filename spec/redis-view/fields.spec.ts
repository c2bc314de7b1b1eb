import { expect } from 'chai';
import { infoFields, manyPairs, pairs } from '../../lib/redis-view/fields.js';

describe('answers of Redis and Sentinel', () => {
  it('that are INFO give its fields, values with colons whole', () => {
    const text =
      '# Replication\r\nrole:slave\r\n\r\nslave0:ip=127.0.0.1,port=1\r\nempty:\r\nurl:a:b\r\n';
    expect(infoFields(text)).to.deep.equal({
      role: 'slave',
      slave0: 'ip=127.0.0.1,port=1',
      empty: '',
      url: 'a:b',
    });
    expect(infoFields(null)).to.deep.equal({});
  });

  it('that are lists of names and values give these, as texts', () => {
    expect(pairs(['ip', '127.0.0.1', 'port', 6379, 'odd'])).to.deep.equal({
      ip: '127.0.0.1',
      port: '6379',
    });
    expect(pairs('OK')).to.deep.equal({});
    expect(manyPairs([['a', '1'], ['b', '2'], []])).to.deep.equal([{ a: '1' }, { b: '2' }, {}]);
    expect(manyPairs(null)).to.deep.equal([]);
  });
});
