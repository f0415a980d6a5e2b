/** teardown --restore: pool and clients as the state file has them from before the first change, all of their settings. */
import { regionOfPool } from '../../aws/arn.ts';
import type { Side } from '../../aws/clients.ts';
import { isObject, type RawJson } from '../../aws/raw-json/index.ts';
import { type PoolImage, restorePool } from '../../aws/user-pool/index.ts';
import { restoreClient } from '../../aws/user-pool-client/index.ts';
import { CancelledError, type ExitKind, StateFileError } from '../../core/errors.ts';
import type { State } from '../../core/state.ts';
import { Accounts, accessOf } from '../access.ts';
import type { Beginning, Context } from '../begin.ts';
import { missing } from '../resolve.ts';

interface Images {
  readonly pool: PoolImage | undefined;
  readonly clients: readonly { readonly raw: RawJson }[];
}

/** The before-images of the state file. */
function imagesOf(state: State): Images {
  const trigger = state.steps['migration-trigger']?.before;
  const clients = Object.entries(state.steps)
    .filter(([name]) => name.startsWith('new-clients:'))
    .map(([, { before }]) => before?.raw);
  return {
    pool:
      isObject(trigger?.raw) && isObject(trigger.mfa) ? { raw: trigger.raw, mfa: trigger.mfa } : undefined,
    clients: clients.filter(isObject).map((raw) => ({ raw })),
  };
}

export async function restore({ io, reporter }: Context, beginning: Beginning): Promise<ExitKind> {
  const { state, resolved, prompts, file } = beginning;
  const images = state && imagesOf(state);
  if (images === undefined || (images.pool === undefined && images.clients.length === 0)) {
    throw new StateFileError(`There is nothing in ${file} to restore`, {
      code: 'NO_BEFORE_IMAGE',
      hint: ['The configuration from before the first change is kept there by init.'],
    });
  }
  reporter.text(
    `\n  Puts every setting of the new pool and of ${images.clients.length} app clients back as it was before init.\n` +
      '  Whatever anybody has changed there since is undone too, our trigger included.\n',
  );
  if (!resolved.values.YES) {
    if (prompts === undefined) throw missing(['YES']);
    const isSure = await prompts.confirm({ message: 'Put it back?', default: false });
    if (!isSure) throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
  }
  const side = new Accounts(accessOf(resolved.values, io, reporter.emit, prompts)).open()(
    regionOfPool(state?.variables.NEW_USER_POOL_ID ?? ''),
  );
  const restored = await io.interrupt.during('Finishing the call under way.', () =>
    putBack(side, images, io.clock.sleep),
  );
  reporter.data({
    json: { command: 'restore', changes: restored.length, restored },
    text: () =>
      restored.length === 0
        ? '\n  Every setting is as it was. Nothing to do.'
        : `\n  Put back:\n${restored.map((path) => `    ${path}`).join('\n')}`,
  });
  return 'ok';
}

/** Paths of the settings that were put back. */
async function putBack(
  side: Side,
  { pool, clients }: Images,
  sleep: (ms: number) => Promise<void>,
): Promise<string[]> {
  const paths: string[] = [];
  if (pool !== undefined) {
    const { restored } = await restorePool(side.idp, pool, { sleep });
    paths.push(...restored.map(({ path }) => path));
  }
  for (const image of clients) {
    const { restored } = await restoreClient(side.idp, image, { sleep });
    paths.push(...restored.map(({ path }) => `${String(image.raw.ClientId)}: ${path}`));
  }
  return paths;
}
