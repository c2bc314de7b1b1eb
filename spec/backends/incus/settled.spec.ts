/** A server that is still at work on what a call asked for that was killed. */
import { expect } from 'chai';
import { IncusServer } from '../../../lib/backends/incus/host.js';
import { EXIT } from '../../../lib/errors.js';
import { buildLab } from '../../../lib/lab/lab.js';
import { scratch } from '../../readers/support/scratch.js';
import { failure, refusal } from '../../support/failure.js';
import { INCUS, Programs } from '../../support/programs.js';

describe('a server that is still at work for a call that was killed', () => {
  function serverDoing(address: string, settleMs: number): IncusServer {
    const programs = new Programs(scratch('incus'));
    const operation = {
      class: 'task',
      status: 'Running',
      description: 'Creating instance',
      resources: { instances: [address] },
    };
    const answer = JSON.stringify({ running: [operation] });
    programs.add(
      'incus',
      `case "$*" in 'query local:/1.0/operations'*) echo '${answer}'; exit ;; esac\n${INCUS}`,
    );
    return new IncusServer(buildLab().model, { folders: [programs.folder], settleMs });
  }
  const OURS = '/1.0/instances/redis-lab-master';

  it('is waited for, and then named', async () => {
    const error = await refusal(serverDoing(OURS, 300).open('up'));
    expect(error).to.deep.include({ exitCode: EXIT.deadline, code: 'deadline.passed' });
    expect(error.message).to.equal(
      'Incus has been at work on the lab redis-lab for 0.3 s, since an earlier call was ended: Creating instance. When that is done (incus operation list local:), run the same command again.',
    );
  });

  it('is not waited for where it is at work on something else', async () => {
    await serverDoing('/1.0/instances/other', 180_000).open('up');
  });

  it('is waited for until the caller aborts', async () => {
    const interrupt = new AbortController();
    const opened = serverDoing(OURS, 180_000).open('up', interrupt.signal);
    const reason = new Error('Ctrl-C');
    setTimeout(() => interrupt.abort(reason), 300);
    expect(await failure(opened)).to.equal(reason);
  });
});
