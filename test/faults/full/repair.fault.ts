import { defineCases, inProcess } from './define.ts';

await defineCases(['plain'], 'repair', inProcess);
