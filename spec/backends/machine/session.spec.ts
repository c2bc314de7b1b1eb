/** One program on a node for many scripts, on this machine's own shell. */
import { expect } from 'chai';
import { Sessions } from '../../../lib/backends/machine/session.js';
import type { Shell } from '../../../lib/backends/machine/shell.js';
import { buildLab } from '../../../lib/lab/lab.js';

const [master, slave1] = buildLab().model.nodes;
if (!master || !slave1) throw new Error('the lab has two nodes');

/** A shell on each node is one of this machine; it counts how often a node is entered. */
function shell(argvOf = (argv: readonly string[]) => argv): Shell & { readonly entered: string[] } {
  const entered: string[] = [];
  const none = () => Promise.reject(new Error('is not called'));
  return {
    entered,
    invocation(node, argv) {
      entered.push(node);
      const [program = '', ...args] = argvOf(argv);
      return { program, args };
    },
    attempt: none,
    call: none,
  };
}

describe('one program for many scripts on a node', () => {
  it('runs them one after another, each as a program of its own', async () => {
    const here = shell();
    await using sessions = new Sessions(here);
    const answers = await Promise.all([
      sessions.asRoot(master, 'x=1; echo "$x$y"'),
      sessions.asRoot(master, 'y=2; echo "$x$y" >&2; exit 3'),
      sessions.asRoot(master, 'false; echo not reached'),
      sessions.asRoot(slave1, 'cat; echo "$# $0"'),
    ]);
    expect(answers).to.deep.equal([
      { code: 0, said: '1' },
      { code: 3, said: '2' },
      { code: 1, said: '' },
      { code: 0, said: '0 sh' },
    ]);
    expect(here.entered).to.deep.equal(['master', 'slave1']);
  });

  it('takes every text as it is', async () => {
    await using sessions = new Sessions(shell());
    const texts = [
      '',
      ' two  words ',
      '$(touch x) `id` \\',
      'it\'s "so"',
      'ꦢꦺꦮꦶ 李雷',
      'a\nb\n',
      '*',
      '=',
    ];
    const script = 'for each; do printf "<%s>" "$each"; done';
    const { said } = await sessions.asRoot(master, script, ...texts);
    expect(said).to.equal(texts.map((each) => `<${each}>`).join(''));
  });

  it('passes much output on whole', async () => {
    await using sessions = new Sessions(shell());
    const { said } = await sessions.asRoot(master, 'seq 100000');
    expect(said.split('\n')).to.have.lengthOf(100_000);
  });

  it('says why a node cannot be entered, and enters it again for the next script', async () => {
    let tries = 0;
    const here = shell((argv) => {
      tries += 1;
      return tries === 1 ? ['sh', '-c', 'echo no such node >&2; exit 1'] : argv;
    });
    await using sessions = new Sessions(here);
    const failed = await sessions.asRoot(master, 'echo 1').catch((error: Error) => error.message);
    expect(failed).to.equal('What runs scripts on master ended: no such node');
    expect(await sessions.asRoot(master, 'echo 2')).to.deep.equal({ code: 0, said: '2' });
  });

  it('ends when it is no longer needed', async () => {
    const sessions = new Sessions(shell());
    const { said } = await sessions.asRoot(master, 'echo "$PPID"');
    await sessions[Symbol.asyncDispose]();
    expect(() => process.kill(Number(said), 0)).to.throw(/ESRCH/);
  });
});
