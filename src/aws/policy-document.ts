/** IAM's policy documents: URL-encoded JSON in answers (RFC 3986, as GetRole and GetPolicyVersion document it). */
import { isJsonObject, type JsonObject } from '../core/json.ts';

/** The document as JSON; `{}` for none or for one that is not JSON, which then differs from any that is wanted. */
export function parsePolicy(encoded: string | undefined): JsonObject {
  if (encoded === undefined) return {};
  try {
    const document: unknown = JSON.parse(decodeURIComponent(encoded));
    return isJsonObject(document) ? document : {};
  } catch {
    return {};
  }
}
