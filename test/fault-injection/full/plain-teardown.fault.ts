import { faultsOf } from '../choice.ts';
import { defineCases } from './define.ts';

await defineCases(['plain'], ['teardown'], faultsOf);
