import { EXIT } from '../errors.js';
import type { Command } from './command.js';
import { printJson } from './output.js';

export const schema: Command = {
  name: 'schema',
  describe: 'Print the JSON Schema of redis-lab.yaml',
  options: {},
  async run() {
    const { jsonSchema } = await import('../spec/json-schema.js');
    printJson(jsonSchema());
    return EXIT.ok;
  },
};
