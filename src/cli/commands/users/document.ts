/** The document that `users --json` prints. `users --json-schema` prints its JSON Schema. */
import * as z from 'zod/mini';
import { userStates } from '../../../users/classify.ts';
import { formats } from '../../../users/rows.ts';

/** Version of the document. A new member keeps it. A change that could break a reader raises it. */
const usersVersion = 1;

const text = (sentence: string) => z.string().check(z.describe(sentence));
const count = (sentence: string) => z.number().check(z.describe(sentence));
const yesOrNo = (sentence: string) => z.boolean().check(z.describe(sentence));

const pool = (sentence: string) =>
  z
    .object({
      id: text('ID of the user pool.'),
      name: text('Its name.'),
      users: count("Cognito's own estimate of its users."),
    })
    .check(z.describe(sentence));

export const UsersDocument = z
  .object({
    ok: yesOrNo('The exit code is 0. False if not everyone could be read, and for errors.'),
    command: z.literal('users').check(z.describe('The command that printed this.')),
    version: z
      .literal(usersVersion)
      .check(
        z.describe(
          'Version of this document. New members do not change it. Ignore members that you do not know.',
        ),
      ),
    oldUserPool: pool('The pool that users come from.'),
    newUserPool: pool('The pool that users go to.'),
    from: text('When reading began (UTC). Users may move during the reading.'),
    to: text('When it ended (UTC).'),
    installed: yesOrNo(
      'The settings are those of the function. If false, they are those that init would choose.',
    ),
    exact: yesOrNo(
      '"moved" rests on the old sub that the new user keeps. If false, it is a guess from names.',
    ),
    mfaChecked: yesOrNo('MFA of users who can move was read (--mfa). If false, some of them may be refused.'),
    complete: yesOrNo('Everyone was read. If false, the exit code is 8, and "missing" says what is missing.'),
    missing: z
      .array(
        z.object({
          pool: z.enum(['old', 'new']).check(z.describe('The pool.')),
          what: text('What could not be read, for people.'),
        }),
      )
      .check(z.describe('What could not be read. Empty if everything was.')),
    total: count('Users of the old pool that were read.'),
    states: z
      .record(z.enum(userStates), z.number())
      .check(z.describe('How many of them are in each state. All states are present.')),
    reasons: z
      .record(z.string(), z.number())
      .check(z.describe('How many users are in a state for a reason, by "state/reason".')),
    file: z.optional(
      z
        .object({
          path: text('The file, as given with --out.'),
          format: z.enum(formats).check(z.describe('Its format.')),
          users: count('Users in it.'),
          columns: z.array(z.string()).check(z.describe('Its columns.')),
        })
        .check(z.describe('The file that was written, if --out was given.')),
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
  .check(
    z.meta({ title: 'cognito-migrate users --json', description: 'The state of each user of the old pool.' }),
  );
export type UsersDocument = z.output<typeof UsersDocument>;

/** JSON Schema (draft 2020-12) of the document. It is open: a version may gain members. */
export const usersJsonSchema = (): object => z.toJSONSchema(UsersDocument, { io: 'input' });
