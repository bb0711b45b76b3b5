// What is done around every test: vitest.config.ts's setupFiles.

import { aroundEach } from 'vitest';
import { withChildren } from './children.ts';

aroundEach(withChildren);
