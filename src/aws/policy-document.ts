/**
 * IAM policy documents. Answers hold them as URL-encoded JSON.
 * The encoding is RFC 3986, as GetRole and GetPolicyVersion document it.
 */
import { isJsonObject, type JsonObject } from '../core/json.ts';

/** The document as JSON. `{}` if missing or not JSON, which then differs from any expected document. */
export function parsePolicy(encoded: string | undefined): JsonObject {
  if (encoded === undefined) return {};
  try {
    const document: unknown = JSON.parse(decodeURIComponent(encoded));
    return isJsonObject(document) ? document : {};
  } catch {
    return {};
  }
}
