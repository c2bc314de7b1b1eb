/** The plan of an experiment from a file. */
import path from 'node:path';
import * as v from 'valibot';
import { type Problem, SpecError } from '../errors.js';
import { overrideText } from '../spec/override.js';
import { formatPath, quote } from '../spec/path.js';
import { parseYaml } from '../spec/yaml.js';
import { MOST, readText } from '../workspace/named-file.js';
import type { ExperimentPlan } from './plan.js';

const texts = v.union([v.array(v.string()), v.string()], 'a list of words');
const keyed = (expect: string) => v.record(v.string(), v.unknown(), expect);

/** By key: what stands there. */
const ENTRIES = {
  spec: v.optional(v.string('the file of a description')),
  set: v.optional(keyed('keys of the description with a value each')),
  vary: v.optional(keyed('keys of the description with a list of values each')),
  scenarios: v.optional(texts),
  servers: v.optional(texts),
  clients: v.optional(texts),
  repeat: v.optional(v.number('a whole number')),
  backend: v.optional(v.string('the name of a backend')),
  ownNetwork: v.optional(v.boolean('true or false')),
  rejoin: v.optional(v.picklist(['natural', 'hurried'], 'natural or hurried')),
};

const schema = v.strictObject(ENTRIES);

/**
 * The plan of a YAML file; a description that it names is looked for beside it.
 * @throws SpecError (2) with everything that is none of a plan; WorkspaceError where the file cannot be read
 */
export async function readPlan(file: string): Promise<Partial<ExperimentPlan>> {
  const read = parseYaml(await readText(file, MOST.description), file);
  const { success, output, issues } = v.safeParse(schema, read);
  if (!success) throw new SpecError(issues.map(problemOf), file);
  const {
    spec,
    set = {},
    vary = {},
    scenarios,
    servers,
    clients,
    repeat,
    backend,
    rejoin,
    ownNetwork,
  } = output;
  return {
    ...(spec === undefined ? {} : { spec: path.resolve(path.dirname(file), spec) }),
    set: Object.entries(set).map(([where, value]) => `${where}=${overrideText(value)}`),
    vary: Object.fromEntries(
      Object.entries(vary).map(([where, value]) => [where, Array.isArray(value) ? value : [value]]),
    ),
    ...(scenarios === undefined ? {} : { scenarios: [scenarios].flat() }),
    ...(servers === undefined ? {} : { servers: [servers].flat() }),
    ...(clients === undefined ? {} : { clients: [clients].flat() }),
    ...(repeat === undefined ? {} : { repeat }),
    ...(backend === undefined ? {} : { backend }),
    ...(rejoin === undefined ? {} : { rejoin }),
    ...(ownNetwork === undefined ? {} : { ownNetwork }),
  };
}

function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const place = (issue.path ?? []).map(({ key }) => key as string | number);
  const isUnknown = issue.expected === 'never';
  return {
    code: 'experiment.plan',
    path: formatPath(place),
    ...(isUnknown ? {} : { seen: quote(issue.input) }),
    message: isUnknown ? 'is not a key of a plan' : 'is not accepted here',
    fix: isUnknown ? `known here: ${Object.keys(ENTRIES).join(', ')}` : `use ${issue.message}`,
  };
}
