import { faultNamed } from '../../backends/registry.js';
import { EXIT } from '../../errors.js';
import { expectation, roleOf } from '../../faults/expectation.js';
import { allFaults } from '../../faults/registry.js';
import { say } from '../../render/texts.js';
import { item } from '../../report/layout.js';
import { codesOf, textOf, toldIn } from '../../report/messages.js';
import { speechIn } from '../../report/speech.js';
import { printJson, printResult } from '../output.js';
import { styleFor } from '../style.js';
import { oneOf } from '../usage.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';
import { targetOf } from './target.js';

export async function fault(argv: Record<string, unknown>): Promise<number> {
  const attached = await attachedLab(argv);
  const { running } = attached;
  const target = targetOf(attached, { node: '@master', ...argv });
  const kinds = allFaults().map((each) => each.kind);
  // If this backend cannot do it, the library says so, and names those that can.
  const found = faultNamed(oneOf('fault', argv['kind'] as string, kinds), running.backend);
  const { kind, done } = found;
  const node = await running.node(target);
  const before = await running.status();
  await running.inject(kind, node);
  const { language } = attached.lab.model;
  const { sentinel, redis } = (await running.model()) ?? attached.lab.model;
  const role = roleOf(node, before);
  const expected = expectation(found, node, before, { ...sentinel, ...redis });
  if (argv['json']) {
    const texts = expected.map(({ text }) => text);
    printJson({ fault: kind, node, role, expected: texts, expectedCodes: codesOf(expected) });
  } else {
    const speech = speechIn(language);
    const t = speech.t.fault;
    const { width } = styleFor(process.stdout);
    const kinds: Readonly<Record<string, string>> = t.kinds;
    printResult(say(t.done, { node, role: t.roles[role], what: kinds[kind] ?? done }));
    for (const { text, ...coded } of expected) {
      printResult(item('  ', textOf(toldIn(speech, text, [coded])), width).join('\n'));
    }
    printResult(`  ${t.look.padEnd(21)}${commandLine(argv, 'status', '--watch')}`);
    printResult(`  ${t.undo.padEnd(21)}${commandLine(argv, 'heal')}`);
  }
  return EXIT.ok;
}
