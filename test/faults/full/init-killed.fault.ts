import { defineCases, isKill } from './define.ts';

await defineCases(['plain', 'rich', 'replaced'], 'init', isKill);
