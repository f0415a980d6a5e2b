/** teardown --restore: pool and clients as the state file has them from before the first change, all of their settings. */
import { regionOfPool } from '../../aws/arn.ts';
import { type Side, whoAmI } from '../../aws/clients.ts';
import { unlessMissing } from '../../aws/errors.ts';
import { type Difference, difference, isObject, type RawJson, stringAt } from '../../aws/raw-json/index.ts';
import { type PoolImage, poolRestoration, restorePool } from '../../aws/user-pool/index.ts';
import { clientRestoration, restoreClient } from '../../aws/user-pool-client/index.ts';
import { CancelledError, type ExitKind, StateFileError } from '../../core/errors.ts';
import { assertSameMigration, type State } from '../../core/state.ts';
import { Accounts, accessOf } from '../access.ts';
import type { Beginning, Context } from '../begin.ts';
import type { Document } from '../render/reporter.ts';
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

/** One pool or app client, and what is not as it was; undefined when it is gone. */
interface Thing {
  readonly name: string;
  readonly differences: readonly Difference[] | undefined;
  restore(): Promise<{ readonly restored: readonly Difference[] }>;
}

export async function restore(context: Context, beginning: Beginning): Promise<ExitKind> {
  const { io, reporter } = context;
  const { state, resolved, prompts, file } = beginning;
  const images = state && imagesOf(state);
  if (images === undefined || (images.pool === undefined && images.clients.length === 0)) {
    throw new StateFileError(`There is nothing in ${file} to restore`, {
      code: 'NO_BEFORE_IMAGE',
      hint: ['The configuration from before the first change is kept there by init.'],
    });
  }
  const side = new Accounts(accessOf(resolved.values, io, reporter.emit, prompts)).open()(
    regionOfPool(state?.variables.NEW_USER_POOL_ID ?? ''),
  );
  const { account } = await whoAmI(side);
  if (state) assertSameMigration(file, state, account, resolved.values);
  const things = await look(side, images, io.clock.sleep);
  const toDo = things.filter(({ differences = [] }) => differences.length > 0);
  if (toDo.length > 0) {
    reporter.text(`\n${planText(toDo)}\n`);
    await approve(beginning);
  }
  const lines = await io.interrupt.during('Finishing the call under way.', () => putBack(toDo));
  reporter.data(documentOf(lines, things));
  return 'ok';
}

/** Compares everything with its image; reads only. */
function look(side: Side, { pool, clients }: Images, sleep: (ms: number) => Promise<void>): Promise<Thing[]> {
  const { idp } = side;
  const unlessGone = (found: Promise<Difference[]>) => unlessMissing(found, 'ResourceNotFoundException');
  const things = clients.map(async (image): Promise<Thing> => {
    const differences = await unlessGone(clientRestoration(idp, image));
    const name = `app client ${stringAt(image.raw, 'ClientId') ?? ''}`;
    return { name, differences, restore: () => restoreClient(idp, image, { sleep }) };
  });
  const newPool = async (image: PoolImage): Promise<Thing> => {
    const differences = await unlessGone(poolRestoration(idp, image));
    const name = `user pool ${stringAt(image.raw, 'Id') ?? ''}`;
    return { name, differences, restore: () => restorePool(idp, image, { sleep }) };
  };
  return Promise.all([...(pool === undefined ? [] : [newPool(pool)]), ...things]);
}

function planText(things: readonly Thing[]): string {
  const lines = things.flatMap(({ name, differences = [] }) => [
    `    ${name}`,
    ...differences.map((line) => `      ${difference(line)}`),
  ]);
  return [
    '  Puts back what is not as it was before init:',
    ...lines,
    '  Whatever anybody has changed there since is undone too, our trigger included.',
  ].join('\n');
}

async function approve({ resolved, prompts }: Beginning): Promise<void> {
  if (resolved.values.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  const isSure = await prompts.confirm({ message: 'Put it back?', default: false });
  if (!isSure) throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
}

/** One after another, the pool first: a client may need something of it. Returns what was put back, a line for each. */
async function putBack(things: readonly Thing[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, restore: write } of things) {
    const { restored } = await write();
    lines.push(...restored.map((line) => `${name}: ${line.path}`));
  }
  return lines;
}

function documentOf(restored: readonly string[], things: readonly Thing[]): Document {
  const gone = things.filter(({ differences }) => differences === undefined).map(({ name }) => name);
  const goneText = gone.map((name) => `\n  Is gone: ${name}`).join('');
  return {
    json: { command: 'restore', changes: restored.length, restored, gone },
    text: () =>
      restored.length === 0
        ? `\n  Every setting is as it was. Nothing to do.${goneText}`
        : `\n  Put back:\n${restored.map((line) => `    ${line}`).join('\n')}${goneText}`,
  };
}
