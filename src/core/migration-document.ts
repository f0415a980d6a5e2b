/** The resources of a migration, and how far finish has come: two parts of the document that `status --json` prints. */
import * as z from 'zod/mini';
import { publishedHealths } from './published-names.ts';

const text = (sentence: string) => z.string().check(z.describe(sentence));
const yesOrNo = (sentence: string) => z.boolean().check(z.describe(sentence));

const Difference = z.object({
  path: text('The field, e.g. environment.OLD_CLIENT_ID.'),
  found: z.optional(z.unknown().check(z.describe('Its value in AWS. Absent if it has none.'))),
  wanted: z.optional(
    z.unknown().check(z.describe('The value that init would set. Absent if it should have none.')),
  ),
  means: z.optional(text('What it means for passwords, for people.')),
});

const Added = z.object({
  path: text('Which part of it, e.g. layers.'),
  found: z.unknown().check(z.describe('What was added.')),
  means: text('What it means for passwords, for people.'),
  remove: text('The AWS CLI command that removes it. init never removes it.'),
  outlives: z.optional(yesOrNo('True if it stays when teardown removes that resource.')),
  finding: text('ID of the finding, as --accept takes it.'),
});

export const StepStatus = z.object({
  step: text('ID of the step, as --keep takes it.'),
  key: z.optional(text('Which one, if a step has several. For example, the ID of an app client.')),
  title: text('Its name for people.'),
  health: z
    .enum(publishedHealths)
    .check(z.describe('Its state. "in place" and "brought along" (provided by you) are healthy.')),
  olderVersion: z.optional(
    text('Its version, if it is older than this program and nothing else is wrong with it. init updates it.'),
  ),
  unchosen: z.optional(
    z
      .boolean()
      .check(z.describe('Whether init removes it, because it is no longer chosen. Absent otherwise.')),
  ),
  line: text('What it is, or what init would change. One line for people.'),
  consoleUrl: z.optional(text('Its page in the AWS Management Console, if there is one.')),
  owner: z.optional(
    text('Its owner, if it is not of this migration. For the trigger, the function that it calls.'),
  ),
  waitsFor: z
    .array(z.string())
    .check(z.describe('Tracked variables that it needs and that have no value yet.')),
  differences: z.array(Difference).check(z.describe('Fields that differ from what init would set.')),
  additions: z.optional(z.array(Added).check(z.describe('What others have added to it, if anything.'))),
});

export const Finished = z
  .object({
    import: z
      .nullable(
        z.object({
          users: z
            .number()
            .check(
              z.describe('Users whom import jobs have created, without those whom an undo has deleted.'),
            ),
          at: text('When the last import or undo ended (UTC).'),
        }),
      )
      .check(z.describe('The imports of this migration so far, or null.')),
    clients: z
      .array(
        z.object({
          id: text('ID of the app client.'),
          name: text('Its name.'),
          at: text('When password sign-in was turned off (UTC).'),
        }),
      )
      .check(z.describe('App clients where finish has turned password sign-in off.')),
    next: z
      .enum(['clients', 'teardown'])
      .check(z.describe('What is left: app clients with password sign-in, or the teardown.')),
  })
  .check(z.describe('What finish has done. Absent before the first finish.'));
