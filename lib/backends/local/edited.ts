/** What somebody changed in the live configurations of a lab, and what `check` says of it. */
import type { LabModel } from '../../model/model.js';
import type { Guard } from '../../model/secret.js';
import { checkLab } from '../../redis-conf/rules/check.js';
import { readConfiguration } from '../../redis-conf/rules/configuration.js';
import type { Found } from '../../redis-conf/rules/finding.js';
import { servicesOf } from '../services.js';
import { editsIn } from './live-config.js';
import { pathsFor } from './paths.js';
import { readState } from './state.js';
import { liveConfiguration } from './trust.js';

/** Nothing is asked of a server here, so no password is sent. */
const guard: Guard = { known: () => undefined, check: async () => undefined };

/** A line of a live configuration. */
export interface EditedLine {
  /** Absolute. */
  readonly file: string;
  /** 0 for one that is gone. */
  readonly line: number;
  readonly text: string;
}

export interface Editing {
  readonly lines: readonly EditedLine[];
  /** What is worse than a hint, and was not so in what redis-lab wrote. */
  readonly findings: readonly Found[];
}

/**
 * Undefined where there is no lab of this name here.
 * @throws WorkspaceError where its files cannot be read
 */
export function editedConfigurations({ name }: LabModel, home?: string): Editing | undefined {
  const paths = pathsFor(name, home);
  const state = readState(paths);
  if (!state?.prepared) return undefined;
  const here = { paths, guard };
  const all = servicesOf(state.lab).map((each) => ({
    ...liveConfiguration(here, state, each),
    node: each.node.name,
    kind: each.service,
  }));
  const lines = all.flatMap(({ file, text, expected }) =>
    editsIn(text, expected).map((edit) => ({ ...edit, file })),
  );
  if (lines.length === 0) return { lines, findings: [] };
  const found = (written: boolean) => {
    const sources = all.map(({ file, text, expected, node, kind }) => ({
      name: file,
      node,
      kind,
      text: written ? expected.written : text,
    }));
    const { findings } = checkLab(
      readConfiguration(sources, () => undefined),
      [state.server],
    );
    return findings.filter(({ severity }) => severity !== 'hint');
  };
  const known = new Set(found(true).map(({ code, place }) => `${code} ${place.file}`));
  const findings = found(false).filter(({ code, place }) => !known.has(`${code} ${place.file}`));
  return { lines, findings };
}
