/** The lines of a program, and what is said where it gives none. */
import { expect } from 'chai';
import type { Invocation } from '../../lib/command/call.js';
import { type LinesOptions, lines } from '../../lib/command/lines.js';
import { EXIT } from '../../lib/errors.js';
import { refusal } from '../support/failure.js';

describe('the lines of a program', () => {
  async function read(call: Invocation, options: Partial<LinesOptions> = {}): Promise<string[]> {
    const found: string[] = [];
    for await (const line of lines(call, { follow: false, ...options })) found.push(line);
    return found;
  }
  const sh = (script: string) => ({ program: 'sh', args: ['-c', script] });

  it('come in their order', async () => {
    expect(await read(sh('echo one; echo two'))).to.deep.equal(['one', 'two']);
  });

  it('of one that fails end with what it said', async () => {
    const error = await refusal(read(sh('echo no journal >&2; exit 3')));
    expect(error.exitCode).to.equal(EXIT.program);
    expect(error.message).to.match(/ ended with 3: no journal$/);
  });

  it('of one that is not there: it could not be started', async () => {
    const error = await refusal(read({ program: '/nowhere/journalctl', args: [] }));
    expect(error).to.deep.include({ exitCode: EXIT.program, code: 'program.not-started' });
    expect(error.message).to.match(/^\/nowhere\/journalctl could not be started: /);
  });

  it('of one that does not end in time: that, and as a deadline', async () => {
    const error = await refusal(
      read(sh('echo last words >&2; exec sleep 600'), { deadlineMs: 1000 }),
    );
    expect(error).to.deep.include({ exitCode: EXIT.deadline, code: 'deadline.command' });
    expect(error.message).to.match(/did not end within 1000 ms and was stopped\.\nlast words$/);
  });
});
