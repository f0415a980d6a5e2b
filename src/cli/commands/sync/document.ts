/** The document that `sync --json` prints. `sync --json-schema` prints its JSON Schema. */
import * as z from 'zod/mini';
import { syncParts } from '../../../aws/function/undo-tags.ts';
import { formats } from '../../../users/rows.ts';

const text = (sentence: string) => z.string().check(z.describe(sentence));
const count = (sentence: string) => z.number().check(z.describe(sentence));
const yesOrNo = (sentence: string) => z.boolean().check(z.describe(sentence));

const pool = (sentence: string) =>
  z.object({ id: text('ID of the user pool.'), name: text('Its name.') }).check(z.describe(sentence));

export const SyncDocument = z
  .object({
    ok: yesOrNo('The exit code is 0. False if a user lacks a group that could not be added, and for errors.'),
    command: z.literal('sync').check(z.describe('The command that printed this.')),
    version: z
      .literal(1)
      .check(
        z.describe(
          'Version of this document. New members do not change it. Ignore members that you do not know.',
        ),
      ),
    oldUserPool: pool('The pool that users come from.'),
    newUserPool: pool('The pool that users go to.'),
    dryRun: yesOrNo('Nothing was written. The counts are those of a real run at this time.'),
    all: yesOrNo('Every user was part of the run, not only those of failed work (--all).'),
    only: z
      .nullable(z.enum(syncParts))
      .check(z.describe('The one kind of work of the run (--only). Null: all that the function does.')),
    since: z
      .nullable(z.string())
      .check(
        z.describe(
          'Users created before this time (UTC) were covered by an earlier run for groups. Null: none was.',
        ),
      ),
    from: text('When the run began (UTC).'),
    to: text('When it ended (UTC).'),
    users: count(
      'Users of the new pool that were read for groups. 0 if no work has failed, and no import job needs a run. The next members are about groups too.',
    ),
    repeated: count('Users who got groups.'),
    memberships: count('Groups that they got, one for each user and group.'),
    gone: count('Users who were deleted meanwhile.'),
    notRepeated: count(
      'Users who lack groups, but not because of failed work: someone may have removed them. They were not changed.',
    ),
    failed: z
      .record(z.string(), z.number())
      .check(
        z.describe(
          'Users who lack a group that could not be added, by reason: group-missing or too-many-groups.',
        ),
      ),
    marks: z.optional(
      z
        .object({
          how: z.enum(['disable', 'mark']).check(z.describe('How old users are closed (--move-once).')),
          since: z
            .nullable(z.string())
            .check(
              z.describe(
                'Users created before this time (UTC) were covered by an earlier run for old users. Null: none was.',
              ),
            ),
          users: count('Users of the new pool that were read. 0 if no work after a move has failed.'),
          closed: count('Old users who were disabled or marked.'),
          gone: count('Users who were deleted meanwhile.'),
          notRepeated: count(
            'Old users who are open, but maybe because someone opened them again. They were not changed.',
          ),
        })
        .check(z.describe('The old users of moves, if the run closes them (--move-once).')),
    ),
    file: z.optional(
      z
        .object({
          path: text('The file, as given with --out.'),
          format: z.enum(formats).check(z.describe('Its format.')),
          users: count('Users in it.'),
          columns: z.array(z.string()).check(z.describe('Its columns.')),
        })
        .check(z.describe('The file of users for whom work is missing, if --out was given.')),
    ),
    configFile: z.optional(text('The config file of the run, if there is one.')),
    notes: z.optional(
      z
        .array(
          z.object({
            level: z.enum(['info', 'warning']).check(z.describe('How much it matters.')),
            message: text('The note, for people.'),
          }),
        )
        .check(z.describe('Warnings and hints, if there are any.')),
    ),
  })
  .check(z.meta({ title: 'cognito-migrate sync --json', description: 'Repeated work after moves.' }));
export type SyncDocument = z.output<typeof SyncDocument>;

/** JSON Schema (draft 2020-12) of the document. It is open: a version may gain members. */
export const syncJsonSchema = (): object => z.toJSONSchema(SyncDocument, { io: 'input' });
