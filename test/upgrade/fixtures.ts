/** What was recorded of version 1.0.0: see scripts/record-release.mjs. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { Call } from './calls.ts';
import type { StateName } from './states.ts';

const folder = new URL('../fixtures/1.0.0/', import.meta.url);

/** The function's code. */
export const readZip = async (): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL('handler.zip', folder)));

/** The text of one file of a state. */
export const readFixture = (state: StateName, name: string): Promise<string> =>
  readFile(new URL(`${state}/${name}`, folder), 'utf8');

const Calls = z.strictObject({ before: z.array(Call), init: z.array(Call) });

/** What somebody else changed before init, and what init changed. */
export const readCalls = async (state: StateName): Promise<z.output<typeof Calls>> =>
  Calls.parse(JSON.parse(await readFixture(state, 'calls.json')));
