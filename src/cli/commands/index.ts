/** The commands that work with AWS. They have nearly all of their code in common, the SDK above all. */
export { doctor } from './doctor.ts';
export { exportWanted } from './export.ts';
export { handoff } from './handoff.ts';
export { init } from './init.ts';
export { logs } from './logs.ts';
export { planOnly } from './plan.ts';
export { policy } from './policy.ts';
export { status } from './status.ts';
export { teardown } from './teardown.ts';
export { tryUser } from './try.ts';
