import path from 'node:path';
import { EXIT, WorkspaceError } from '../errors.js';
import { verbatim } from '../render/template.js';
import { Folder } from '../workspace/folder.js';
import { exists } from '../workspace/inspect.js';
import type { Command } from './command.js';
import { DEFAULT_SPEC } from './load.js';
import { printResult } from './output.js';

const SCHEMA = 'redis-lab.schema.json';

export const init: Command = {
  name: 'init',
  describe: 'Write a commented redis-lab.yaml, and its JSON Schema for editors',
  options: {
    force: { type: 'boolean', describe: 'Replace a redis-lab.yaml that is already there' },
  },
  async run(argv) {
    if (exists(DEFAULT_SPEC) && !argv['force']) {
      throw new WorkspaceError(
        `${DEFAULT_SPEC} is already here and was left as it is. Edit it, or replace it with --force.`,
      );
    }
    const { jsonSchema } = await import('../spec/json-schema.js');
    const here = new Folder(path.resolve('.'));
    here.replace(SCHEMA, `${JSON.stringify(jsonSchema(), null, 2)}\n`, 0o644);
    here.replace(DEFAULT_SPEC, verbatim('redis-lab.yaml'), 0o644);
    printResult(`${DEFAULT_SPEC} is written. Edit it, then: redis-lab generate`);
    return EXIT.ok;
  },
};
