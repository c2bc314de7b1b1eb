/** Whether the servers that are waited for still run. */
import type { Backend, BackendStatus, Service, ServiceStatus } from '../backends/backend.js';
import { now } from '../clock.js';
import { EXIT, RedisLabError } from '../errors.js';

/** Between two looks: ten times as long as the last one took, but at least this, milliseconds. */
const EVERY_MS = 250;
const COSTS = 10;

/** Lines of the log that are shown. */
const LINES = 12;

export class ProcessWatch {
  readonly #backend: Pick<Backend, 'status' | 'logs' | 'lastWords'>;
  #next = 0;
  #last: BackendStatus | undefined;
  /** Services that did not run at the last look. */
  #gone: readonly string[] = [];

  constructor(backend: Pick<Backend, 'status' | 'logs' | 'lastWords'>) {
    this.#backend = backend;
  }

  /**
   * What runs, as far as that was looked at lately.
   * @throws RedisLabError (4) with the last words of a service that has ended, and what to do; the signal's reason
   */
  async look(signal: AbortSignal | undefined): Promise<BackendStatus | undefined> {
    if (now() < this.#next) return this.#last;
    const since = now();
    this.#last = await this.#backend.status();
    signal?.throwIfAborted();
    this.#next = now() + Math.max(EVERY_MS, COSTS * (now() - since));
    const gone = this.#last.services.filter(
      ({ state, mayCome }) => state === 'stopped' && !mayCome,
    );
    // A single look may fall between two states.
    const ended = gone.find((each) => this.#gone.includes(nameOf(each)));
    this.#gone = gone.map(nameOf);
    if (ended) throw await this.#lastWords(ended);
    return this.#last;
  }

  async #lastWords({ node, service }: ServiceStatus): Promise<Error> {
    const how = 'ended while the lab was waited for';
    const own = await this.#backend.lastWords?.(node, service, how);
    return (
      own ??
      new RedisLabError(
        [
          `${service} on ${node} ${how}. Its last words:`,
          ...(await this.#logEnd(node, service)),
        ].join('\n'),
        {
          exitCode: EXIT.program,
          code: 'server.failed-start',
        },
      )
    );
  }

  async #logEnd(node: string, service: Service): Promise<string[]> {
    const lines: string[] = [];
    for await (const line of this.#backend.logs(node, service, { tail: LINES }))
      lines.push(`  ${line}`);
    return lines;
  }
}

function nameOf({ node, service }: Pick<ServiceStatus, 'node' | 'service'>): string {
  return `${node} ${service}`;
}
