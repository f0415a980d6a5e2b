/** The parts of one sandbox, for the server and the internals of the services. */
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Operations, ServiceName } from './operation.ts';
import type { World } from './world.ts';

export interface Runtime {
  readonly world: World;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly services: Readonly<Record<ServiceName, Operations>>;
  readonly defaultAccount: string;
}
