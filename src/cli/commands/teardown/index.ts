/** How many users have moved, for other commands that end a migration. */
export { countUsers, type Left } from './count-users.ts';
export { usersJson } from './view.ts';
