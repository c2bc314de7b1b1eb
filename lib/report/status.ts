import { codesOf, message } from './messages.js';
import type { LabStatus } from './types.generated.js';

/** The status of a lab that is nowhere. */
export function absentStatus(lab: string, backend: string, quorum: number): LabStatus {
  const problem = message('lab.absent');
  return {
    lab,
    backend,
    state: 'absent',
    server: null,
    sameDescription: true,
    quorum,
    master: null,
    ready: false,
    problems: [problem.text],
    problemCodes: codesOf([problem]),
    notes: [],
    noteCodes: [],
    nodes: [],
  };
}
