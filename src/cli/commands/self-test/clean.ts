/** self-test --clean: shows what killed runs left, and deletes it on approval. */
import { CancelledError, type ExitKind } from '../../../core/errors.ts';
import { countOf, deleteAll, findAll } from '../../../self-test/cleanup.ts';
import { removeOldFolders } from '../../../self-test/folder.ts';
import type { Context } from '../../context.ts';
import { missing } from '../../inputs/resolve.ts';
import type { Inputs } from './inputs.ts';
import { cleanedDocument, leftoversText } from './view.ts';

export async function clean(
  { io, reporter }: Context,
  { places, values, prompts }: Inputs,
): Promise<ExitKind> {
  await removeOldFolders();
  const found = await findAll(places, { clock: io.clock });
  if (countOf(found) === 0) {
    reporter.data(cleanedDocument(found, []));
    return 'ok';
  }
  reporter.text(`${leftoversText(found)}\n`);
  if (!values.YES) {
    if (prompts === undefined) throw missing(['YES']);
    const message = 'Delete it? A self-test that runs here at this moment would lose its ground.';
    if (!(await prompts.confirm({ message, default: true })))
      throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
  }
  const title = 'clean-up';
  const tell = (message: string): void =>
    reporter.emit({ type: 'wait', step: 'nothing-left', key: '', title, message });
  return io.interrupt.during('Finishing what is being deleted.', async () => {
    const { stuck, left } = await deleteAll(places, found, { clock: io.clock, tell });
    for (const { leftover, why } of stuck)
      reporter.emit({ type: 'note', level: 'warning', message: `${leftover.kind} ${leftover.name}: ${why}` });
    reporter.data(cleanedDocument(found, left));
    return countOf(left) === 0 ? 'ok' : 'refused';
  });
}
