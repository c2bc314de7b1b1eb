/** Writes docs/rules.md: `npm run docs:rules`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { rulesPage } from './rules-page.js';

writeFileSync(path.resolve(import.meta.dirname, '../docs/rules.md'), rulesPage());
