import path from 'node:path';
import { expect } from 'chai';
import { psTable } from '../../lib/process/ps-table.js';
import { scratch } from '../readers/support/scratch.js';
import { refusal } from '../support/failure.js';
import { Programs } from '../support/programs.js';

describe('processes by ps', () => {
  const before = process.env['PATH'];
  afterEach(() => {
    process.env['PATH'] = before;
  });

  function psThat(script: string): void {
    const programs = new Programs(scratch('ps'));
    programs.add('ps', script);
    process.env['PATH'] = `${programs.folder}${path.delimiter}${before}`;
  }

  it('have ended where it shows none', async () => {
    psThat('exit 1');
    expect([...(await psTable.look([4711]))]).to.deep.equal([]);
  });

  it('have not ended because it fails', async () => {
    psThat('echo "ps: unrecognized option: w" >&2; exit 1');
    const error = await refusal(psTable.look([4711]));
    expect(error.message).to.contain('ps: unrecognized option: w');
  });
});
