import { faultsOf } from '../choice.ts';
import { defineCases } from './define.ts';

await defineCases(['accounts'], ['repair'], faultsOf);
