/** What is written to the master arrives on every replica, and only there can be written. */
import type { NodeModel } from '../model/model.js';
import { redisNodes } from '../redis-view/endpoints.js';
import { message } from '../report/messages.js';
import type { Scenario, ScenarioContext } from '../verify/context.js';
import { agreedMaster } from '../verify/health.js';
import type { OwnKeys } from '../verify/own-keys.js';
import { ASK_ALL_EVERY_MS, type Claim } from '../verify/recorder.js';
import { claimWhole, wholeClaims } from '../verify/whole.js';
import { claimDemokey, DEMOKEY_READ, DEMOKEY_SET } from './demokey.js';

const REFUSED: Claim = { code: 'replication.read-only' };
const CONVERGED: Claim = { code: 'replication.offset' };

export const replication: Scenario = {
  name: 'replication',
  claims: (lab) => [...wholeClaims(lab), DEMOKEY_SET, DEMOKEY_READ, REFUSED, CONVERGED],
  needs: { replicas: 1 },
  measures: false,
  async run(context, sections) {
    const { lab, recorder, keys } = context;
    const seen = await claimWhole(context);
    const master = agreedMaster(lab, seen) as NodeModel;
    sections.master = master.name;
    const replicas = redisNodes(lab).filter((node) => node !== master);
    await claimDemokey(context, master, replicas);
    await recorder.eventually(REFUSED, { withinMs: 0 }, async () => {
      const each = await Promise.all(
        replicas.map(async (node) => ({ node: node.name, said: await writeTo(node, keys) })),
      );
      const holds = each.every(({ said }) => said.startsWith('READONLY'));
      const told = () => each.map((answer) => message('replica.answer', answer));
      return { holds, seen: holds ? { each } : told() };
    });
    await claimOffsets(context, CONVERGED, master, replicas);
  },
};

/** Every replica has got at least as far as the master was when this began. */
export async function claimOffsets(
  { recorder, observer }: ScenarioContext,
  claim: Claim,
  master: NodeModel,
  replicas: readonly NodeModel[],
): Promise<void> {
  let goal: number | undefined;
  await recorder.eventually(claim, { withinMs: 10_000, everyMs: ASK_ALL_EVERY_MS }, async () => {
    const { nodes } = await observer.look();
    const offset = (node: NodeModel) => {
      const redis = nodes.find((each) => each.node === node)?.redis;
      return redis && 'view' in redis ? redis.view.offset : undefined;
    };
    goal ??= offset(master);
    const reached = replicas.map((node) => offset(node));
    const each = replicas.map(({ name }, i) => ({ node: name, offset: reached[i] ?? -1 }));
    if (goal !== undefined && each.every((one) => one.offset >= (goal ?? 0))) {
      return { holds: true, seen: { master: master.name, goal, each } };
    }
    const at = ({ name: node }: NodeModel, bytes: number | undefined) =>
      bytes === undefined
        ? message('offset.silent', { node })
        : message('offset.at', { node, offset: bytes });
    return {
      holds: false,
      seen: [at(master, goal), ...replicas.map((node, i) => at(node, reached[i]))],
    };
  });
}

async function writeTo(node: NodeModel, keys: OwnKeys): Promise<string> {
  try {
    const answer = await keys.ask(node, ['SET', keys.forbidden, node.name]);
    await keys.ask(node, ['DEL', keys.forbidden]);
    return String(answer);
  } catch (error) {
    return (error as Error).message;
  }
}
