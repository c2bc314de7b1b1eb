/** What every part of a handout is written from: the lab, its texts, and how they are filled. */
import { builderOf, type LabModel, masterOf, replicasOf, sentinelsOf } from '../model/model.js';
import { MACHINE } from '../render/layout.js';
import { engineName } from '../render/redis-conf.js';
import { say, type Texts, textsOf } from '../render/texts.js';
import type { Task } from './block.js';
import { COUNTED, RECEIPT } from './commands.js';
import type { Recording } from './recording.js';
import { tasksOf } from './tasks.js';

export interface Composing {
  readonly language: string;
  readonly edition: 'student' | 'instructor';
  readonly owner: string | undefined;
  readonly recording: Recording;
  /** Without the lines of the configurations, and the tasks for those who want more. */
  readonly short: boolean;
  /** The student's own number; undefined: that of everybody. */
  readonly receipt: number | undefined;
}

export interface Writing {
  readonly lab: LabModel;
  readonly options: Composing;
  readonly forInstructor: boolean;
  readonly texts: Texts<'handout'>;
  readonly tasks: readonly Task[];
  /** Fills a text with what is known of the lab, and with more. */
  readonly say: (text: string, more?: Readonly<Record<string, string | number>>) => string;
}

export function writingOf(lab: LabModel, options: Composing): Writing {
  const texts = textsOf('handout', options.language);
  const values = valuesOf(lab, texts.page.decimal, options.receipt ?? RECEIPT);
  return {
    lab,
    options,
    forInstructor: options.edition === 'instructor',
    texts,
    tasks: tasksOf(lab, options.receipt).filter(({ extra }) => !extra || !options.short),
    say: (text, more) => say(text, { ...values, ...more }),
  };
}

/** What texts may speak of. */
function valuesOf(
  lab: LabModel,
  decimal: string,
  receipt: number,
): Readonly<Record<string, string | number>> {
  const { redis, sentinel } = lab;
  const master = masterOf(lab);
  const sentinels = sentinelsOf(lab);
  const majority = Math.floor(sentinels.length / 2) + 1;
  // The one that leads needs as many votes as the quorum, where that is more.
  const votes = Math.max(majority, sentinel.quorum);
  const [witness = master] = sentinels;
  const cli = `${redis.engine}-cli`;
  const seconds = (ms: number) => (ms / 1000).toFixed(1).replace(/\.0$/, '').replace('.', decimal);
  return {
    lab: lab.name,
    network: lab.network.cidr,
    master: master.name,
    masterIp: master.ip,
    masterName: sentinel.masterName,
    port: redis.port,
    sentinelPort: sentinel.port,
    quorum: sentinel.quorum,
    majority,
    sentinels: sentinels.length,
    votes,
    spare: sentinels.length - votes,
    replicas: replicasOf(lab).length,
    witness: witness.name,
    downAfterMs: sentinel.downAfterMs,
    failoverTimeout: sentinel.failoverTimeoutMs,
    failoverSeconds: seconds(sentinel.failoverTimeoutMs),
    // Measured on quiet machines: the promoted node writes 0.3 to 0.5 s after the fault is noticed, is named after 1.1 to 1.4.
    writable: seconds(sentinel.downAfterMs + 500),
    named: seconds(sentinel.downAfterMs + 1400),
    // A fault that closes no connection is noticed up to a ping period later.
    namedHung: seconds(sentinel.downAfterMs + 2500),
    receipt,
    again: receipt + 3,
    counted: COUNTED,
    counter: receipt,
    counterEnd: receipt + COUNTED,
    engine: engineName(redis),
    version: redis.version,
    cli,
    check: `${cli} -p ${witness.sentinelPort} sentinel ckquorum ${sentinel.masterName}`,
    builder: builderOf(lab).name,
    allow: lab.allow.join(', '),
    restart: seconds(redis.restartMs ?? 0),
    kitDir: MACHINE.kitDir,
    configDir: MACHINE.configDir,
    dataDir: MACHINE.dataDir,
  };
}
