/**
 * The `sub` claim of an access token: the one user whose password the token proves.
 * Undefined if the token is malformed.
 *
 * The signature isn't checked. The token came over TLS from AWS itself, in the answer to a signed request.
 * Nobody else can put one there. A key set would require one more request on every sign-in.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export function subOfToken(token: string): string | undefined {
  const [, payload, signature, ...more] = token.split('.');
  if (payload === undefined || !signature || more.length > 0) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const isObject = typeof claims === 'object' && claims !== null && Object.hasOwn(claims, 'sub');
    return isObject && 'sub' in claims && typeof claims.sub === 'string' && claims.sub !== ''
      ? claims.sub
      : undefined;
  } catch {
    // Not JSON. A parser's message would quote the token.
    return undefined;
  }
}
