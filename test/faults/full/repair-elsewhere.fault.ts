import { defineCases, inProcess } from './define.ts';

await defineCases(['rich', 'replaced'], 'repair', inProcess);
