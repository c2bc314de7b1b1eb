import { faultNamed } from '../../backends/registry.js';
import { EXIT } from '../../errors.js';
import { allFaults } from '../../faults/registry.js';
import { say, textsOf } from '../../render/texts.js';
import { printJson, printResult } from '../output.js';
import { oneOf } from '../usage.js';
import { commandLine } from '../words.js';
import { attachedLab } from './lab.js';
import { targetOf } from './target.js';

export async function fault(argv: Record<string, unknown>): Promise<number> {
  const attached = await attachedLab(argv);
  const { running } = attached;
  const target = targetOf(attached, argv);
  const kinds = allFaults().map((each) => each.kind);
  // If this backend cannot do it, the library says so, and names those that can.
  const { kind, done } = faultNamed(oneOf('fault', argv['kind'] as string, kinds), running.backend);
  const node = await running.node(target);
  await running.inject(kind, node);
  if (argv['json']) printJson({ fault: kind, node });
  else {
    const t = textsOf('terminal', attached.lab.model.language).fault;
    const kinds: Readonly<Record<string, string>> = t.kinds;
    printResult(say(t.done, { node, what: kinds[kind] ?? done }));
    printResult(`  ${t.look.padEnd(21)}${commandLine(argv, 'status', '--watch')}`);
    printResult(`  ${t.undo.padEnd(21)}${commandLine(argv, 'heal')}`);
  }
  return EXIT.ok;
}
