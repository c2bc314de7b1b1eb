/** The status of a lab of machines, from what was found of them. Pure. */
import { clientsOf, type LabModel } from '../../model/model.js';
import type { BackendStatus } from '../backend.js';
import { overall, statuses } from '../services.js';
import type { Known, Powers } from './host.js';
import type { Survey } from './survey.js';

interface Found {
  readonly known: Known;
  readonly powers: Powers;
  readonly survey: Survey;
  /** Whether any machine has power. */
  readonly isPowered: boolean;
}

/** @param lab with how its servers are reached */
export function statusOf(
  lab: LabModel,
  { known, powers, survey, isPowered }: Found,
): BackendStatus {
  const { services, filtering, server } = survey;
  const off = clientsOf(known.lab).filter(({ name }) => powers.get(name) !== 'running');
  return {
    state: overall(services, isPowered),
    lab,
    server: server ?? known.server,
    sameDescription: known.sameDescription,
    services: statuses(
      services.map((each) => ({ ...each, mayCome: each.state === 'stopped' && !each.resting })),
    ),
    filtering,
    clientsOff: off.map(({ name }) => name),
  };
}
