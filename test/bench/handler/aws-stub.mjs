import { createServer } from 'node:http';

const SUB = '11111111-2222-4333-8444-555555555555';
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const USER = {
  Username: 'ana',
  Enabled: true,
  UserStatus: 'CONFIRMED',
  UserAttributes: [
    { Name: 'sub', Value: SUB },
    { Name: 'email', Value: 'ana@example.com' },
    { Name: 'email_verified', Value: 'true' },
    { Name: 'given_name', Value: 'Ana' },
  ],
};
const TOKENS = {
  ChallengeParameters: {},
  AuthenticationResult: {
    AccessToken: `${part({ alg: 'RS256' })}.${part({ sub: SUB })}.c2ln`,
    IdToken: 'b',
    RefreshToken: 'c',
    ExpiresIn: 300,
    TokenType: 'Bearer',
  },
};

function assumed() {
  const end = new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>${end}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

const BODIES = { AdminGetUser: USER, ListUsers: { Users: [userInList()] } };

/** ListUsers calls the attributes of the same user by another name. */
function userInList() {
  const { UserAttributes, ...rest } = USER;
  return { ...rest, Attributes: UserAttributes };
}

/** The AWS actions of a migration and Lambda's own event, answered at once; counts requests and connections. */
export async function startAws() {
  const counts = { requests: 0, connections: 0, assumeRole: 0 };
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    counts.requests++;
    if (request.url.startsWith('/2015-03-31/functions/')) {
      response.writeHead(202).end();
      return;
    }
    const action = request.headers['x-amz-target']?.split('.')[1];
    if (action === undefined) {
      counts.assumeRole++;
      response.writeHead(200, { 'content-type': 'text/xml' }).end(assumed());
      return;
    }
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(BODIES[action] ?? TOKENS));
  });
  server.on('connection', () => {
    counts.connections++;
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    counts,
    zero() {
      counts.requests = 0;
      counts.connections = 0;
      counts.assumeRole = 0;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
