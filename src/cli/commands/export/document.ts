/**
 * The desired state as JSON, for programs that build their own output.
 * docs/export.md describes its shape.
 */
import type { Json, JsonObject } from '../../../core/json.ts';
import { mapTexts } from '../../codegen/texts.ts';
import type { Export } from './export.ts';
import { type Part, references } from './parts.ts';

/** Placeholder for the app client's ID, which is unknown before creation. */
const placeholder = `\${OLD_CLIENT_ID}`;

const open = (json: JsonObject): JsonObject =>
  mapTexts(json, (text): Json => (text === references.OLD_CLIENT_ID ? placeholder : text));

/** @param parts the parts, with known outputs filled in. */
export function exportDocument(parts: readonly Part[], { inputs, live, init }: Export): JsonObject {
  return {
    version: 1,
    oldUserPoolId: inputs.OLD_USER_POOL_ID,
    newUserPoolId: inputs.NEW_USER_POOL_ID,
    codeSha256: inputs.CODE_SHA256,
    steps: parts.map(({ step, title, account, region, props, resource }) => ({
      step,
      title,
      account,
      region,
      wanted: open(props),
      calls: resource.calls.map(({ operation, input }) => ({ operation, input: open(input) })),
    })),
    live: { ...live, clients: live.clients.map((client) => ({ ...client })) },
    init: init.join(' '),
  };
}
