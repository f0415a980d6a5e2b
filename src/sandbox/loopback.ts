/**
 * What may talk to the local AWS over HTTP: programs on this machine, and pages of servers on this machine. A page from elsewhere
 * has its own Origin, or its own Host where its name was rebound to 127.0.0.1.
 */
import type { IncomingHttpHeaders } from 'node:http';

const loopback = /^(127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d{1,5})?$/i;

/** Why a request is refused; undefined where its Host is loopback, and its Origin is too or is absent. */
export function refusal({ host = '', origin }: IncomingHttpHeaders): string | undefined {
  if (!loopback.test(host)) return 'The local AWS answers on loopback names only (Host header).';
  if (origin === undefined) return undefined;
  const [, rest = ''] = /^https?:\/\/(.*)$/i.exec(origin) ?? [];
  return loopback.test(rest)
    ? undefined
    : 'The local AWS answers pages of this machine only (Origin header).';
}
