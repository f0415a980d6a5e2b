/** Temporary credentials, which expire. */
import type { Principal } from './operation.ts';
import type { World } from './world.ts';

export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: number;
  readonly principal: Principal;
  /** Unique ID of the role. A session ends when its role is deleted. */
  readonly roleId: string | undefined;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Random text of `length` characters in the format of AWS IDs. */
export function randomId(world: World, length: number): string {
  let id = '';
  for (const byte of world.randomBytes(length)) id += letters.charAt(byte % letters.length);
  return id;
}

const sessionsKind = { name: 'sts-sessions', create: (): Map<string, Session> => new Map() };

const store = (world: World): Map<string, Session> => world.state(sessionsKind, '', '');

/** Issues temporary credentials. */
export function issueSession(
  world: World,
  principal: Principal,
  durationSeconds: number,
  roleId: string | undefined,
): Session {
  const session: Session = {
    accessKeyId: `ASIA${randomId(world, 16)}`,
    secretAccessKey: Buffer.from(world.randomBytes(30)).toString('base64'),
    sessionToken: Buffer.from(world.randomBytes(96)).toString('base64'),
    expiration: world.now() + durationSeconds * 1000,
    principal,
    roleId,
  };
  store(world).set(session.accessKeyId, session);
  return session;
}

/** The session of an access key ID, even if it has expired. */
export function findSession(world: World, accessKeyId: string): Session | undefined {
  return store(world).get(accessKeyId);
}
