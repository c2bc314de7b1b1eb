import { dump } from 'js-yaml';

/**
 * YAML that a YAML 1.1 reader (PyYAML, in cloud-init) and a YAML 1.2 reader understand alike: the
 * default schema of `dump` quotes whatever either would take for another type.
 */
export function toYaml(value: object): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}
