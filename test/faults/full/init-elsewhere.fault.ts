import { defineCases, inProcess } from './define.ts';

await defineCases(['rich', 'replaced'], 'init', inProcess);
