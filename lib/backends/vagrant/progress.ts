/** What `vagrant up` says, as steps of our own `up`. */
import { message } from '../../report/messages.js';
import { throttle } from '../../throttle.js';
import type { Tell } from '../machine/host.js';
import { type Message, spokenIn } from './messages.js';

/**
 * What is to be done with each message.
 * @param begun called for a node whose machine has just begun to run
 */
export function stepsOf(tell: Tell, begun: (node: string) => void): (said: Message) => void {
  // Vagrant says it once a second.
  const onBox = throttle((percent: string, left: string | undefined) =>
    tell(
      'start',
      left === undefined
        ? message('start.box', { percent })
        : message('start.box-left', { percent, left }),
    ),
  );
  return (said) => {
    const words = spokenIn(said);
    if (words === undefined) return;
    // Of no machine: what is downloaded is for all of them.
    const [, percent, left] = DOWNLOAD.exec(words) ?? [];
    if (percent !== undefined) onBox(percent, left);
    if (said.target === '') return;
    // It waits for an address or for ssh, so the machine has just been switched on.
    if (words.startsWith('Waiting for ')) begun(said.target);
    tell('start', `${said.target}: ${words.split('\n')[0]}`);
  };
}

/** `Progress: 43% (Rate: 3472k/s, Estimated time remaining: 0:00:05)`; the time may be `--:--:--`. */
const DOWNLOAD =
  /^Progress: (\d+)% \(Rate: [^,]*, Estimated time remaining: (?:(\d[\d:]*)|[^)]*)\)/;
