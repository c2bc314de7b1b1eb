import { expect } from 'chai';
import { messageIn } from '../../../lib/backends/vagrant/messages.js';
import { stepsOf } from '../../../lib/backends/vagrant/progress.js';
import { messageOf } from '../../../lib/report/messages.js';

/** As Vagrant 2.3.4 and 2.4.9 say it of a box that comes from a server of the tests. */
const UP = `1796029597,,ui,info,Bringing machine 'master' up with 'virtualbox' provider...
1796029597,master,action,up,start
1796029597,master,ui,output,==> master: Adding box 'cloud-image/ubuntu-24.04' (v20990101) for provider: virtualbox
1796029597,master,ui,detail,    master: Downloading: http://127.0.0.1:8799/the.box
1796029599,,ui,detail,Progress: 9% (Rate: 4620k/s%!(VAGRANT_COMMA) Estimated time remaining: 0:00:06)
1796029600,,ui,detail,Progress: 23% (Rate: 3717k/s%!(VAGRANT_COMMA) Estimated time remaining: 0:00:06)
1796029606,master,ui,success,==> master: Successfully added box 'cloud-image/ubuntu-24.04' (v20990101) for 'virtualbox'!
1796029607,master,ui,output,==> master: Waiting for machine to boot. This may take a few minutes...
1796029607,slave1,ui,info,==> slave1: Importing base box`;

describe('what vagrant up tells', () => {
  function told(text: string): { readonly steps: string[]; readonly begun: string[] } {
    const steps: string[] = [];
    const begun: string[] = [];
    const tell = stepsOf(
      (_phase, step) => steps.push(messageOf(step).text),
      (node) => begun.push(node),
    );
    for (const line of text.split('\n')) {
      const said = messageIn(line);
      if (said) tell(said);
    }
    return { steps, begun };
  }

  it('is told of each machine, and of the box how much has come and what is left', () => {
    const { steps, begun } = told(UP);
    expect(steps).to.deep.equal([
      "master: Adding box 'cloud-image/ubuntu-24.04' (v20990101) for provider: virtualbox",
      'master: Downloading: http://127.0.0.1:8799/the.box',
      // The second one comes too soon after it.
      'downloading the box: 9 %, 0:00:06 left',
      "master: Successfully added box 'cloud-image/ubuntu-24.04' (v20990101) for 'virtualbox'!",
      'master: Waiting for machine to boot. This may take a few minutes...',
      'slave1: Importing base box',
    ]);
    expect(begun).to.deep.equal(['master']);
  });

  it('says how much of a box has come also where the time is unknown', () => {
    const rest = 'Rate: 0*/s%!(VAGRANT_COMMA) Estimated time remaining: --:--:--';
    expect(told(`1,,ui,detail,Progress: 0% (${rest})`).steps).to.deep.equal([
      'downloading the box: 0 %',
    ]);
  });
});
