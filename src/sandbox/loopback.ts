/**
 * Limits HTTP access to programs on this machine and to pages of servers on this machine.
 * A page from elsewhere sends its own Origin. If its name was rebound to 127.0.0.1, it sends its own Host.
 */
import type { IncomingHttpHeaders } from 'node:http';

const loopback = /^(127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d{1,5})?$/i;

/**
 * The reason to refuse a request.
 * Undefined if its Host is loopback and its Origin is loopback or absent.
 */
export function refusal({ host = '', origin }: IncomingHttpHeaders): string | undefined {
  if (!loopback.test(host)) return 'The local AWS answers on loopback names only (Host header).';
  if (origin === undefined) return undefined;
  const [, rest = ''] = /^https?:\/\/(.*)$/i.exec(origin) ?? [];
  return loopback.test(rest)
    ? undefined
    : 'The local AWS answers pages of this machine only (Origin header).';
}
