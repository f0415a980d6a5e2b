import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that the stub received. */
export interface Seen {
  readonly action: string;
  readonly body: Record<string, unknown>;
  readonly accessKeyId: string;
  /** Date, Region and service of the signature. */
  readonly scope: string;
}

/** What the stub says to one action. A function answers by request; 'hang' never answers; 'reset' closes the socket. */
export type Answer =
  | { readonly status?: number; readonly body: object | string }
  | 'hang'
  | 'reset'
  | ((seen: Seen, count: number) => Answer);

/** An AWS of a few actions on loopback: enough for the handler, and nothing that the handler could agree with itself on. */
export interface StubAws {
  readonly url: string;
  readonly seen: Seen[];
  readonly connections: () => number;
  answers: Record<string, Answer>;
  reset(): void;
  close(): Promise<void>;
}

/** An error in the form of the JSON 1.1 protocol. */
export function awsError(type: string, message = type, status = 400): Answer {
  return { status, body: { __type: type, message } };
}

/** Starts the stub on a free port. */
export async function startStub(): Promise<StubAws> {
  let connections = 0;
  const seen: Seen[] = [];
  const stub = { answers: {} as Record<string, Answer> };

  const server = createServer(async (request, response) => {
    const one = await parse(request);
    seen.push(one);
    let answer = stub.answers[one.action] ?? awsError('UnknownOperationException');
    while (typeof answer === 'function')
      answer = answer(one, seen.filter(({ action }) => action === one.action).length);
    if (answer === 'reset') request.socket.destroy();
    if (typeof answer === 'string') return;
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    const type = typeof answer.body === 'string' ? 'text/xml' : 'application/x-amz-json-1.1';
    response.writeHead(answer.status ?? 200, { 'content-type': type }).end(text);
  });
  server.on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    connections: () => connections,
    get answers() {
      return stub.answers;
    },
    set answers(answers) {
      stub.answers = answers;
    },
    reset() {
      seen.length = 0;
      connections = 0;
      stub.answers = {};
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** AdminGetUser's answer for an ordinary confirmed user; members can be replaced. */
export function oldUserBody(changes: object = {}): { body: object } {
  return {
    body: {
      Username: 'ana',
      Enabled: true,
      UserStatus: 'CONFIRMED',
      UserAttributes: [
        { Name: 'sub', Value: '11111111-2222-4333-8444-555555555555' },
        { Name: 'email', Value: 'ana@example.com' },
        { Name: 'email_verified', Value: 'true' },
      ],
      UserCreateDate: 1_600_000_000,
      UserLastModifiedDate: 1_600_000_000,
      ...changes,
    },
  };
}

/** An access token of that user; only its payload means anything. */
export function accessToken(
  sub: unknown = '11111111-2222-4333-8444-555555555555',
  signature = 'c2ln',
): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'RS256', kid: 'k' })}.${encode({ sub, token_use: 'access' })}.${signature}`;
}

/** AdminInitiateAuth's answer to the right password. */
export function tokensBody(token = accessToken()): { body: object } {
  return {
    body: {
      ChallengeParameters: {},
      AuthenticationResult: {
        AccessToken: token,
        IdToken: token,
        RefreshToken: token,
        ExpiresIn: 300,
        TokenType: 'Bearer',
      },
    },
  };
}

/** AssumeRole's answer. */
export function assumeRoleBody(
  accessKeyId: string,
  expiration: Date,
  secret = 'assumed-secret',
): { body: string } {
  return {
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>assumed-session</SessionToken><Expiration>${expiration.toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  };
}

/** AssumeRole refused, in STS' own XML. */
export function assumeRoleError(code: string, message = code): Answer {
  return {
    status: 403,
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  };
}

/** Cognito takes JSON with its action in a header, STS a form with its action in a field, Lambda a path. */
async function parse(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const raw = Buffer.concat(chunks).toString('utf8');
  const [, accessKeyId = '', scope = ''] =
    /Credential=([^/]+)\/([^,]+)\/aws4_request,/.exec(request.headers.authorization ?? '') ?? [];
  const lambda = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '');
  if (lambda) {
    const { 'x-amz-invocation-type': type, 'x-amzn-trace-id': trace } = request.headers;
    const body = { function: decodeURIComponent(lambda[1] ?? ''), type, trace, event: JSON.parse(raw) };
    return { action: 'Invoke', body, accessKeyId, scope };
  }
  const action = String(request.headers['x-amz-target'] ?? '').split('.')[1];
  if (action !== undefined) return { action, body: JSON.parse(raw), accessKeyId, scope };
  const form = new URLSearchParams(raw);
  return { action: form.get('Action') ?? '?', body: Object.fromEntries(form), accessKeyId, scope };
}
