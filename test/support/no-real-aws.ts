/** Runs before every test file: whatever account this machine is signed in to, no test can reach it. */
import { keysOf } from '../../src/sandbox/keys.ts';

for (const name of Object.keys(process.env)) {
  if (/^(AWS_|COGNITO_MIGRATE_)/.test(name)) delete process.env[name];
}
process.env.AWS_ACCESS_KEY_ID = keysOf('111122223333').accessKeyId;
process.env.AWS_SECRET_ACCESS_KEY = 'local';
process.env.AWS_EC2_METADATA_DISABLED = 'true';
process.env.AWS_CONFIG_FILE = '/nonexistent/aws-config';
process.env.AWS_SHARED_CREDENTIALS_FILE = '/nonexistent/aws-credentials';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
