import { expect } from 'chai';
import { lacksText, shownIn } from '../../lib/cli/live/lacks.js';
import { EXIT, type Lacking, NotReadyHereError, RedisLabError } from '../../lib/errors.js';
import { message } from '../../lib/report/messages.js';
import { speechIn } from '../../lib/report/speech.js';

const what = message('vagrant.name');
const seen = message('vagrant.none');
const fix = message('install.it');
const LACK: Lacking = {
  code: 'vagrant',
  what: what.text,
  seen: seen.text,
  fix: fix.text,
  told: { what, seen, fix },
};
const ERROR = new NotReadyHereError([LACK]);

describe('what a lab lacks here', () => {
  it('is shown as the error says it', () => {
    expect(lacksText(speechIn(), ERROR)).to.equal(ERROR.message);
  });

  it('is shown in the language of the lab, and stays English for programs', () => {
    const shown = shownIn('id', ERROR) as NotReadyHereError;
    expect(shown).to.be.instanceOf(NotReadyHereError);
    expect(shown.message).to.equal(ERROR.message);
    expect(shown.lacks).to.deep.equal([LACK]);
    expect(shown.shown?.split('\n')).to.deep.equal([
      'Lab belum dapat berjalan di sini:',
      '  Vagrant: tidak ada vagrant di PATH',
      '      Pasang:',
    ]);
  });

  it('of a backend that has no texts of ours is in its words', () => {
    const error = new NotReadyHereError([
      { code: 'bare', what: 'it', seen: 'none', fix: 'Get it' },
    ]);
    expect(lacksText(speechIn('id'), error)).to.include('  it: none\n      Get it');
  });

  it('is no other error', () => {
    const other = new RedisLabError('no', { exitCode: EXIT.program });
    expect(shownIn('id', other)).to.equal(other);
  });
});
