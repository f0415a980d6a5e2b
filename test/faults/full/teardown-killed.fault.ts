import { defineCases, isKill } from './define.ts';

await defineCases(['plain', 'rich', 'replaced'], 'teardown', isKill);
