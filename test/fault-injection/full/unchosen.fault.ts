import { faultsOf, killsOf } from '../choice.ts';
import { defineCases } from './define.ts';

await defineCases(['watched'], ['unchoose'], faultsOf);
await defineCases(['watched'], ['unchoose'], killsOf);
