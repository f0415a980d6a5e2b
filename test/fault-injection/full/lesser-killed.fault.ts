import { commands } from '../cases.ts';
import { killsOf } from '../choice.ts';
import { defineCases } from './define.ts';

await defineCases(['rich', 'replaced', 'watched', 'grouped', 'guarded'], commands, killsOf);
