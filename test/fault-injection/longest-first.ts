/** The order of the files of the full run: the last ones are short, so that no processor is idle for long at the end. */
import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const order = [
  'accounts-repair',
  'accounts-init',
  'plain-repair',
  'plain-init',
  'accounts-killed',
  'accounts-teardown',
  'plain-teardown',
  'plain-killed',
  'lesser-killed',
  'lesser',
  'finish',
  'unchosen',
  'two-machines',
];

/** A file that is not named above comes first: it is seen to be missing by the time that it takes at most. */
const place = ({ moduleId }: TestSpecification): number => order.indexOf(basename(moduleId, '.fault.ts'));

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => place(a) - place(b));
  }
}
