/** What somebody changed in the files of a lab's nodes, and what `check` says of it. */
import { checkLab } from '../redis-conf/rules/check.js';
import { readConfiguration } from '../redis-conf/rules/configuration.js';
import type { Found } from '../redis-conf/rules/finding.js';
import type { ConfKind } from '../redis-conf/rules/kind.js';
import type { Backend, RunningServer } from './backend.js';
import type { Edited } from './live-config.js';

/** A file as it is on its node. */
export interface LiveFile {
  /** As it is called in what is said of it. */
  readonly file: string;
  readonly node: string;
  readonly kind: ConfKind;
  readonly text: string;
  /** As redis-lab wrote it; undefined for one that it did not. */
  readonly written: string | undefined;
  readonly edits: readonly Edited[];
}

export interface Editing {
  readonly lines: readonly (Edited & { readonly file: string })[];
  /** What is worse than a hint, and was not so in what redis-lab wrote. */
  readonly findings: readonly Found[];
}

/** A backend that can tell what somebody changed. */
export interface Editable {
  /**
   * Undefined where there is no lab, or its nodes are machines that do not run.
   * @throws RedisLabError where the files cannot be read
   */
  edited(): Promise<Editing | undefined>;
}

export function isEditable(backend: Backend): backend is Backend & Editable {
  return 'edited' in backend;
}

/** Pure. */
export function editing(files: readonly LiveFile[], server: RunningServer): Editing {
  const lines = files.flatMap(({ file, edits }) => edits.map((edit) => ({ ...edit, file })));
  if (lines.length === 0) return { lines, findings: [] };
  const found = (textOf: (each: LiveFile) => string | undefined) => {
    const sources = files.flatMap((each) => {
      const { file: name, node, kind } = each;
      const text = textOf(each);
      return text === undefined ? [] : [{ name, node, kind, text }];
    });
    const { findings } = checkLab(
      readConfiguration(sources, () => undefined),
      [server],
    );
    return findings.filter(({ severity }) => severity !== 'hint');
  };
  const known = new Set(
    found(({ written }) => written).map(({ code, place }) => `${code} ${place.file}`),
  );
  const findings = found(({ text }) => text).filter(
    ({ code, place }) => !known.has(`${code} ${place.file}`),
  );
  return { lines, findings };
}
