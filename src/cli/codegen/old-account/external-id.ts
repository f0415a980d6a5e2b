/**
 * Finds the external ID that both halves already share.
 * A new ID with each handoff would lock out a live function.
 */
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
  /** The folder of an earlier handoff. */
  readonly folder: string | undefined;
}

type Chosen = Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'> &
  Partial<Pick<Vars, 'EXISTING_OLD_EXTERNAL_ID'>>;

/**
 * The external ID that was given, or of the last run, the function, or the last handoff.
 * Uses the first one found, in this order. Undefined for the first handoff.
 */
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

/** The external ID in the folder of an earlier handoff, if that belongs to this migration. */
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
    return null; // not a file of ours
  }
}

function at(json: Json | undefined, ...path: readonly string[]): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return json;
  return isJsonObject(json) ? at(json[name], ...rest) : undefined;
}
