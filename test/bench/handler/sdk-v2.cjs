// The same migration on aws-sdk v2, which is loaded from beside the function, as old runtimes offered it: what people
// have today. A comparison for the benchmark only.
const AWS = require('aws-sdk');

const endpoint = process.env.AWS_ENDPOINT_URL;
const agent = new (require('node:http').Agent)({ keepAlive: true });
const base = { region: process.env.OLD_USER_POOL_REGION, endpoint, httpOptions: { agent }, maxRetries: 1 };
const role = process.env.OLD_ROLE_ARN;
const credentials = role
  ? new AWS.ChainableTemporaryCredentials({
      params: { RoleArn: role, RoleSessionName: 'bench', ExternalId: process.env.OLD_EXTERNAL_ID },
      stsConfig: base,
    })
  : undefined;
const cognito = new AWS.CognitoIdentityServiceProvider({ ...base, ...(credentials && { credentials }) });
const UserPoolId = process.env.OLD_USER_POOL_ID;

/** The username of the one user who has verified the typed address. */
async function nameOf(typed) {
  const Filter = `email = "${typed.replace(/["\\]/g, '\\$&')}"`;
  const { Users } = await cognito.listUsers({ UserPoolId, Filter, Limit: 10 }).promise();
  const owners = Users.filter(({ Attributes }) =>
    Attributes.some(({ Name, Value }) => Name === 'email_verified' && Value === 'true'),
  );
  return owners.length === 1 ? owners[0].Username : typed;
}

exports.handler = async (event) => {
  const Username = process.env.FIND_BY === 'email' ? await nameOf(event.userName) : event.userName;
  const user = await cognito.adminGetUser({ UserPoolId, Username }).promise();
  if (!user.Enabled || user.UserStatus !== 'CONFIRMED' || user.UserMFASettingList?.length) return event;
  const auth = await cognito
    .adminInitiateAuth({
      UserPoolId,
      ClientId: process.env.OLD_CLIENT_ID,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: user.Username, PASSWORD: event.request.password },
    })
    .promise();
  if (!auth.AuthenticationResult?.AccessToken) return event;
  const userAttributes = Object.fromEntries(
    user.UserAttributes.filter(({ Name }) => Name !== 'sub').map(({ Name, Value }) => [Name, Value]),
  );
  return { ...event, response: { userAttributes, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' } };
};
