/** The last lines of npm run test:policy. */
import { stdout } from 'node:process';
import type { Reporter } from 'vitest/node';
import type { Proof } from './removal.ts';

const lineOf = (name: string, proofs: readonly Proof[]): string => {
  const sum = (args: (proof: Proof) => number): number =>
    proofs.reduce((total, proof) => total + args(proof), 0);
  return [
    `${name}: calls checked ${sum(({ calls }) => calls)} (${sum(({ actions }) => actions)} actions)`,
    `denied ${sum(({ denied }) => denied.length)}`,
    `statements ${sum(({ statements }) => statements)}`,
    `removable statements ${sum(({ removableStatements }) => removableStatements.length)}`,
    `removable actions ${sum(({ removableActions }) => removableActions.length)}\n`,
  ].join(', ');
};

export const tally: Reporter = {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const proofs = tests.flatMap((one) => Object.entries(one.meta().policies ?? {}));
    for (const [name, proof] of proofs) stdout.write(lineOf(name, [proof]));
    stdout.write(
      lineOf(
        'policy',
        proofs.map(([, proof]) => proof),
      ),
    );
  },
};
