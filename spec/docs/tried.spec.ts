/** `docs/tried.md`: each line has a command that there is, or says that nobody has tried it. */
import { expect } from 'chai';
import manifest from '../../package.json' with { type: 'json' };
import { textOf } from './support/blocks.js';

/** Of each line, its last cell. */
const COMMANDS = textOf('docs/tried.md')
  .split('\n')
  .filter((line) => line.startsWith('|') && !line.startsWith('|---'))
  .slice(1)
  .map((line) => line.split('|').at(-2)?.trim() ?? '');

describe('the table of what was tried', () => {
  it('is read', () => {
    expect(COMMANDS).to.include('**not tried**').and.include('`npm run test:virtualbox-long`');
  });

  for (const command of new Set(COMMANDS)) {
    it(`has ${command} for a reader`, () => {
      if (command === '**not tried**') return;
      const [, script] = /^`npm run (\S+)`$/.exec(command) ?? [];
      expect(manifest.scripts).to.have.property(String(script));
    });
  }
});
