/** The external ID that the two halves have agreed on: one that changes with each handoff would lock a live function out. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnFunction } from '../../../aws/function/read.ts';
import { isJsonObject, type Json } from '../../../core/json.ts';
import type { State } from '../../../core/state.ts';
import { parseVariable, type Vars } from '../../../core/variables/index.ts';
import { oldAccountRoleText } from '../../../steps/old-account-role.ts';
import { files } from './readme.ts';

interface Places {
  readonly state: State | undefined;
  readonly function: OwnFunction | undefined;
  /** Where an earlier half was written. */
  readonly folder: string | undefined;
}

type Chosen = Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'> &
  Partial<Pick<Vars, 'EXISTING_OLD_EXTERNAL_ID'>>;

/** The one that was given, that of the last run, that of the function, or that of the last handoff; undefined for the first. */
export async function agreedExternalId(values: Chosen, places: Places): Promise<string | undefined> {
  return (
    values.EXISTING_OLD_EXTERNAL_ID ??
    valid(places.state?.variables.OLD_EXTERNAL_ID) ??
    valid(places.function?.variables?.OLD_EXTERNAL_ID) ??
    (places.folder === undefined ? undefined : handedOut(places.folder, values))
  );
}

function valid(text: Json | undefined): string | undefined {
  const parsed = parseVariable('OLD_EXTERNAL_ID', text);
  return 'value' in parsed ? parsed.value : undefined;
}

/** What the folder of an earlier handoff says, if it is one of this migration. */
async function handedOut(folder: string, values: Chosen): Promise<string | undefined> {
  const text = await readFile(join(folder, files.cloudFormation), 'utf8').catch(() => '{}');
  const template = parsed(text);
  if (at(template, 'Description') !== oldAccountRoleText(values)) return undefined;
  return valid(at(template, 'Outputs', 'OldExternalId', 'Value'));
}

function parsed(text: string): Json {
  try {
    const json: Json = JSON.parse(text);
    return json;
  } catch {
    return null; // a file of somebody's own
  }
}

function at(json: Json | undefined, ...path: readonly string[]): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return json;
  return isJsonObject(json) ? at(json[name], ...rest) : undefined;
}
