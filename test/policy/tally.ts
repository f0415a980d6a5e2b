/** The last lines of npm run test:policy. */
import { stdout } from 'node:process';
import type { Reporter } from 'vitest/node';

export const tally: Reporter = {
  onTestRunEnd(modules) {
    for (const module of modules) {
      for (const one of module.children.allTests()) {
        for (const [name, proof] of Object.entries(one.meta().policies ?? {})) {
          stdout.write(
            `${name}: ${proof.calls} calls checked (${proof.actions} actions), denied ${proof.denied.length}, ` +
              `${proof.statements} statements, removable statements ${proof.removableStatements.length}, ` +
              `removable actions ${proof.removableActions.length}\n`,
          );
        }
      }
    }
  },
};
