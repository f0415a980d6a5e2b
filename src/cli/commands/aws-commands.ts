/** The commands that call AWS. They share nearly all of their code, mainly the SDK. */
export { doctor } from './doctor/command.ts';
export { exportWanted } from './export/command.ts';
export { finish } from './finish/command.ts';
export { handoff } from './handoff/command.ts';
export { importUsers } from './import/command.ts';
export { init } from './init/command.ts';
export { logs } from './logs/command.ts';
export { planOnly } from './plan/command.ts';
export { policy } from './policy/command.ts';
export { signIns } from './sign-ins/command.ts';
export { sync } from './sync/command.ts';
export { teardown } from './teardown/command.ts';
export { tryUser } from './try/command.ts';
export { unmark } from './unmark/command.ts';
export { users } from './users/command.ts';
