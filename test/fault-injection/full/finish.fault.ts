/** finish, which is also a teardown: the reads of one are struck in the cases of teardown. */
import { type Command, changes } from '../cases.ts';
import { faultsOf, type Held, killsOf } from '../choice.ts';
import type { ConfigurationName } from '../scene.ts';
import { defineCases } from './define.ts';

const ofWrites =
  (casesOf: typeof faultsOf) =>
  async (configuration: ConfigurationName, command: Command): Promise<Held[]> =>
    (await casesOf(configuration, command)).filter(({ one }) => changes(one.target));

await defineCases(['plain'], ['finish'], ofWrites(faultsOf));
await defineCases(['plain', 'rich'], ['finish'], ofWrites(killsOf));
