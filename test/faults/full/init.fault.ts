import { defineCases, inProcess } from './define.ts';

await defineCases(['plain'], 'init', inProcess);
