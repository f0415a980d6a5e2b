/** The document that `import --json` prints. `import --json-schema` prints its JSON Schema. */
import * as z from 'zod/mini';
import { formats } from '../../../users/rows.ts';

/** Version of the document. A new member keeps it. A change that could break a reader raises it. */
const importVersion = 1;

const text = (sentence: string) => z.string().check(z.describe(sentence));
const count = (sentence: string) => z.number().check(z.describe(sentence));
const yesOrNo = (sentence: string) => z.boolean().check(z.describe(sentence));

const pool = (sentence: string) =>
  z.object({ id: text('ID of the user pool.'), name: text('Its name.') }).check(z.describe(sentence));

const level = z.enum(['info', 'warning']);

const ImportDocument = z
  .object({
    ok: yesOrNo('The exit code is 0. False if users failed, and for errors.'),
    command: z.literal('import').check(z.describe('The command that printed this.')),
    version: z
      .literal(importVersion)
      .check(
        z.describe(
          'Version of this document. New members do not change it. Ignore members that you do not know.',
        ),
      ),
    oldUserPool: pool('The pool that users come from.'),
    newUserPool: pool('The pool that users go to.'),
    dryRun: yesOrNo('Nothing was imported, because the run was given --dry-run.'),
    importable: count('Users that could be imported when the run began.'),
    moved: count('Users that had moved before.'),
    leftOut: z
      .record(z.string(), z.number())
      .check(z.describe('How many other users cannot be imported, by reason.')),
    findings: z
      .array(
        z.object({
          id: text('ID of the finding, such as CM702.'),
          severity: z.enum(['blocking', 'warning', 'info']).check(z.describe('How much it matters.')),
          what: text('The finding, for people.'),
          why: text('Its effect.'),
          fix: text('What helps.'),
        }),
      )
      .check(z.describe('What to know before an import. Empty if there is nothing.')),
    jobs: count('Import jobs of this run that ended.'),
    imported: count('Users that these jobs imported.'),
    skipped: count('Users that had moved, or signed up, before their job reached them.'),
    failed: count('Users that these jobs could not import.'),
    reasons: z
      .record(z.string(), z.number())
      .check(z.describe('How many users could not be imported, by the reason in the log of their job.')),
    file: z.optional(
      z
        .object({
          path: text('The file, as given with --out.'),
          format: z.enum(formats).check(z.describe('Its format.')),
          users: count('Users in it.'),
          columns: z.array(z.string()).check(z.describe('Its columns.')),
        })
        .check(z.describe('The file of users who could not be imported, if --out was given.')),
    ),
    disabled: z.optional(
      z
        .object({
          created: count('Disabled users that were created, disabled.'),
          refused: count(
            'Disabled users whose name or address somebody else has, or whom a trigger refused.',
          ),
        })
        .check(z.describe('What became of disabled users, with --with-disabled.')),
    ),
    configFile: z.optional(text('The config file of the run, if there is one.')),
    notes: z.optional(
      z
        .array(
          z.object({
            level: level.check(z.describe('How much it matters.')),
            message: text('The note, for people.'),
          }),
        )
        .check(z.describe('Warnings and hints, if there are any.')),
    ),
  })
  .check(
    z.meta({ title: 'cognito-migrate import --json', description: 'Users that import jobs have imported.' }),
  );
export type ImportDocument = z.output<typeof ImportDocument>;

/** JSON Schema (draft 2020-12) of the document. It is open: a version may gain members. */
export const importJsonSchema = (): object => z.toJSONSchema(ImportDocument, { io: 'input' });
