import type { UserMigrationTriggerEvent } from 'aws-lambda';
import { expectTypeOf, it } from 'vitest';
import type { MigrationResponse } from '../../src/lambda/event.ts';
import type { makeHandler } from '../../src/lambda/serve.ts';

// Checked by the compiler: what the handler takes and writes is what other people's types say of the trigger.
it('takes and answers the event of @types/aws-lambda', () => {
  expectTypeOf<UserMigrationTriggerEvent>().toExtend<Parameters<ReturnType<typeof makeHandler>>[0]>();
  expectTypeOf<MigrationResponse>().toExtend<Partial<UserMigrationTriggerEvent['response']>>();
});
