/** The configurations and units of the nodes that run, beside what cloud-init wrote there. */
import { EXIT, RedisLabError } from '../../errors.js';
import type { LabModel, NodeModel } from '../../model/model.js';
import { MACHINE } from '../../render/layout.js';
import type { RunningServer } from '../backend.js';
import { type Editing, editing, type LiveFile } from '../edited.js';
import { type Edited, editsIn } from '../live-config.js';
import { servicesOf } from '../services.js';
import type { Shell } from './shell.js';
import { UNITS } from './units.js';

const UNIT_FOLDER = '/etc/systemd/system';

/** Prints each file, its name and what stands in it on one line, and a last line. The arguments are the files. */
const READ = `
for file; do
  if [ -f "$file" ]; then printf '%s %s\\n' "$file" "$(head -c 1000000 "$file" | base64 -w 0)"; fi
done
echo end`;

/** The files of a node; of those that the shell names, those that there are. */
const FILES = [
  ...['redis', 'sentinel'].map((service) => `${MACHINE.configDir}/${service}.conf`),
  ...['redis', 'sentinel'].map((service) => `${MACHINE.kitDir}/${service}.conf`),
  ...Object.values(UNITS).flatMap((unit) => [
    `${UNIT_FOLDER}/${unit}.service`,
    `${MACHINE.kitDir}/${unit}.service`,
  ]),
];

/** Users, and what somebody added to a unit with systemctl edit. */
const ALSO = `set -- "$@" ${MACHINE.configDir}/*.acl ${Object.values(UNITS)
  .map((unit) => `${UNIT_FOLDER}/${unit}.service.d/*.conf`)
  .join(' ')}`;

/** Milliseconds. */
const READ_MS = 30_000;

/** Some shells lose an answer now and then (LXD 5.0). */
const TRIES = 3;

/**
 * Of the nodes that run.
 * @throws RedisLabError (4) where a node does not give its files
 */
export async function editedOn(
  shell: Shell,
  lab: LabModel,
  server: RunningServer,
  runs: (node: string) => boolean,
): Promise<Editing | undefined> {
  const nodes = lab.nodes.filter(({ name }) => runs(name));
  if (nodes.length === 0) return undefined;
  const files = await Promise.all(
    nodes.map(async (node) => liveFiles(lab, node, await filesOf(shell, node.name))),
  );
  return editing(files.flat(), server);
}

async function filesOf(shell: Shell, node: string): Promise<ReadonlyMap<string, string>> {
  const argv = ['sh', '-c', `${ALSO}${READ}`, 'sh', ...FILES];
  for (let tries = 1; ; tries++) {
    const { stdout, stderr } = await shell.attempt(node, argv, { deadlineMs: READ_MS });
    if (/^end\s*$/m.test(stdout)) return filesIn(stdout);
    if (tries < TRIES) continue;
    throw new RedisLabError(`${node} did not give its configurations: ${stderr.trim()}`, {
      exitCode: EXIT.program,
    });
  }
}

/** With one character for each byte. */
function filesIn(stdout: string): ReadonlyMap<string, string> {
  const found = stdout.matchAll(/^(\/.*) ([A-Za-z0-9+/]*=*)\r?$/gm);
  return new Map(
    [...found].map(([, file = '', text = '']) => [
      file,
      Buffer.from(text, 'base64').toString('latin1'),
    ]),
  );
}

/**
 * What a node has, beside what it was made with. Pure.
 * @internal
 */
export function liveFiles(
  lab: LabModel,
  node: NodeModel,
  files: ReadonlyMap<string, string>,
): LiveFile[] {
  const { name } = node;
  const kitOf = (base: string) => files.get(`${MACHINE.kitDir}/${base}`);
  const services = servicesOf(lab).filter((each) => each.node === node);
  const own = services.flatMap(({ service }): LiveFile[] => {
    const base = `${service}.conf`;
    const unit = `${UNITS[service]}.service`;
    const [kit, kitUnit] = [kitOf(base), kitOf(unit)];
    // Without its kit nothing is known of what the node was made with.
    if (kit === undefined || kitUnit === undefined) return [];
    const written = `${kit}\n${FROM_UNIT}\n`;
    const text = files.get(`${MACHINE.configDir}/${base}`) ?? '';
    const expected = { service, lab, node, written, locked: false };
    const unitText = files.get(`${UNIT_FOLDER}/${unit}`) ?? '';
    return [
      {
        ...{ file: `${name}:${MACHINE.configDir}/${base}`, node: name, kind: service },
        ...{ text, written, edits: editsIn(text, expected) },
      },
      {
        ...{ file: `${name}:${UNIT_FOLDER}/${unit}`, node: name, kind: 'unit' },
        ...{ text: unitText, written: kitUnit, edits: linesChanged(unitText, kitUnit) },
      },
    ];
  });
  const added = [...files].flatMap(([file, text]): LiveFile[] => {
    const isUsers = file.endsWith('.acl');
    if (!isUsers && !file.includes('.service.d/')) return [];
    const kind = isUsers ? 'acl' : 'unit';
    const edits = linesChanged(text, '');
    return [{ file: `${name}:${file}`, node: name, kind, text, written: undefined, edits }];
  });
  return [...own, ...added];
}

/** What the units say on the command line, and servers write into their files. */
const FROM_UNIT = 'supervised systemd\ndaemonize no';

function linesChanged(text: string, written: string): Edited[] {
  const lines = (of: string) =>
    [...of.split('\n').entries()].flatMap(([index, line]) =>
      /^\s*(?:#|;|$)/.test(line) ? [] : [{ line: index + 1, text: line.trim() }],
    );
  const [there, before] = [lines(text), lines(written)];
  const isIn = (all: readonly Edited[]) => (each: Edited) =>
    all.some((other) => other.text === each.text);
  return [
    ...there.filter((each) => !isIn(before)(each)),
    ...before.filter((each) => !isIn(there)(each)).map((each) => ({ ...each, line: 0 })),
  ];
}
