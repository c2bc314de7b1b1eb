/** Imported before all else: libraries ask for the current folder as soon as they are loaded. */
import { EXIT } from '../errors.js';

try {
  process.cwd();
} catch {
  process.stderr.write(
    'redis-lab: the folder that this was called in is gone. Change to another one, and run the same command again.\n',
  );
  process.exit(EXIT.usage);
}
