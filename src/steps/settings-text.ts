/** The function's migration settings, decoded from the text in its environment, so that they can be compared. */
import { type JsonObject, toJsonObject } from '../core/json.ts';
import { decodeSettings, SettingsError } from '../lambda/settings.ts';

/** null for a text that is none of ours: it differs from any that is wanted. */
export function settingsOf(text: string | undefined): JsonObject | null {
  if (text === undefined) return null;
  try {
    return toJsonObject(decodeSettings(text));
  } catch (error) {
    if (error instanceof SettingsError) return null;
    throw error;
  }
}
