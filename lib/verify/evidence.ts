/** What somebody who wants to know why a scenario failed would look at. */
import type { Backend, Service } from '../backends/backend.js';
import { jsonText, visibleLines } from '../errors.js';
import type { LabModel, NodeModel } from '../model/model.js';
import { askOnce, NoAnswer, type Reply } from '../redis-view/connection.js';
import { type Endpoint, redisEndpoint, sentinelEndpoint } from '../redis-view/endpoints.js';
import { Folder } from '../workspace/folder.js';

const LOG_LINES = 5000;

/** Writes logs, INFO and Sentinel state of every node, and the result itself, to files below a folder. */
export async function keepEvidence(
  folder: string,
  lab: LabModel,
  backend: Backend,
  result: unknown,
): Promise<void> {
  const kept = new Folder(folder);
  // They are read on terminals, and what a server says is not ours.
  const keep = (name: string, text: string) => kept.replace(name, visibleLines(text), 0o644);
  keep('result.json', `${jsonText(result, 2)}\n`);
  await Promise.all(
    lab.nodes.map(async (node) => {
      if (node.runsRedis) {
        keep(`${node.name}/redis.log`, await log(backend, node, 'redis'));
        keep(`${node.name}/redis-info.txt`, await asked(redisEndpoint(node), ['INFO'], ['ROLE']));
      }
      if (node.runsSentinel) {
        const name = lab.sentinel.masterName;
        keep(`${node.name}/sentinel.log`, await log(backend, node, 'sentinel'));
        keep(
          `${node.name}/sentinel-state.txt`,
          await asked(
            sentinelEndpoint(node),
            ['INFO', 'sentinel'],
            ['SENTINEL', 'MASTER', name],
            ['SENTINEL', 'REPLICAS', name],
            ['SENTINEL', 'SENTINELS', name],
            ['SENTINEL', 'CKQUORUM', name],
          ),
        );
      }
    }),
  );
}

async function log(backend: Backend, node: NodeModel, service: Service): Promise<string> {
  const lines: string[] = [];
  try {
    for await (const line of backend.logs(node.name, service, { tail: LOG_LINES }))
      lines.push(line);
  } catch (error) {
    lines.push(`(the log could not be read: ${(error as Error).message})`);
  }
  return `${lines.join('\n')}\n`;
}

async function asked(endpoint: Endpoint, ...questions: [string, ...string[]][]): Promise<string> {
  const answers = [];
  for (const question of questions) {
    const ask = () => askOnce(endpoint, question).then(readable);
    // A Sentinel that gives a server another master at this moment ends the connections of its clients.
    const answer = await ask()
      .catch((error: unknown) => {
        if (error instanceof NoAnswer && error.cut) return ask();
        throw error;
      })
      .catch((error: Error) => error.message);
    answers.push(`> ${question.join(' ')}\n${answer}\n`);
  }
  return answers.join('\n');
}

function readable(reply: Reply): string {
  return typeof reply === 'string' ? reply : JSON.stringify(reply, null, 1);
}
