/** What `status --json` prints. The JSON Schema that `status --json-schema` prints is made from it. */
import * as z from 'zod/mini';
import { healths } from '../../core/health.ts';

const Pool = z.object({
  id: z.string(),
  name: z.string(),
  /** Cognito's own estimate; null when the pool is gone. */
  users: z.nullable(z.number()),
});

const Counts = z.object({
  migrated: z.number(),
  reset: z.number(),
  wrongCredentials: z.number(),
  refused: z.number(),
  failed: z.number(),
});

export const StatusDocument = z.object({
  ok: z.boolean(),
  command: z.literal('status'),
  healthy: z.boolean(),
  installed: z.boolean(),
  account: z.string(),
  oldUserPool: Pool,
  newUserPool: Pool,
  since: z.nullable(z.string()),
  steps: z.array(
    z.object({
      step: z.string(),
      key: z.optional(z.string()),
      title: z.string(),
      health: z.enum(healths),
      line: z.string(),
      owner: z.optional(z.string()),
      waitsFor: z.array(z.string()),
      differences: z.array(
        // Without found: it is not there. Without wanted: it should not be.
        z.object({ path: z.string(), found: z.optional(z.unknown()), wanted: z.optional(z.unknown()) }),
      ),
    }),
  ),
  users: z.object({
    total: Counts,
    lastDay: Counts,
    reasons: z.record(z.string(), z.number()),
    complete: z.boolean(),
  }),
  probe: z.optional(z.object({ ok: z.boolean(), message: z.string() })),
  variables: z.record(z.string(), z.string()),
  notes: z.optional(
    z.array(
      z.object({ level: z.enum(['info', 'warning']), message: z.string(), id: z.optional(z.string()) }),
    ),
  ),
});
export type StatusDocument = z.output<typeof StatusDocument>;

/** JSON Schema (draft 2020-12) of the document. */
export const statusJsonSchema = (): object => z.toJSONSchema(StatusDocument);
