/** Decodes the migration settings in the function's environment, to compare them. */
import { type JsonObject, toJsonObject } from '../core/json.ts';
import { decodeSettings, SettingsError } from '../lambda/settings-codec.ts';

/** Null for text in another format than ours. It differs from all desired settings. */
export function settingsOf(text: string | undefined): JsonObject | null {
  if (text === undefined) return null;
  try {
    return toJsonObject(decodeSettings(text));
  } catch (error) {
    if (error instanceof SettingsError) return null;
    throw error;
  }
}
