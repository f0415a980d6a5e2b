/** The parts of teardown that other commands use: how many users have moved, and the removal itself. */
export { countUsers, type Left } from './count-users.ts';
export { tearDown } from './remove.ts';
export { usersJson } from './view.ts';
