/** What stands against updating the new pool itself. */
import { poolObstacles } from '../../aws/user-pool/obstacles.ts';
import type { Theme } from './case.ts';

/** CM301 to CM321. */
export const newPool: Theme = ({ facts }) => poolObstacles(facts.newPool, { importJobs: facts.importJobs });
