/**
 * Extracts the arguments of the Terraform resources that export and handoff print, from the types that are published
 * for the AWS provider. Run it by hand for another version: `node scripts/terraform-schema.mjs`.
 * The result is test/cli/export/terraform-schema.json. It holds names and types, no text of the package.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = { package: '@cdktf/provider-aws', version: '21.22.1' };

const resources = [
  'cloudwatch_dashboard',
  'cloudwatch_log_group',
  'cloudwatch_metric_alarm',
  'cognito_user_group',
  'cognito_user_pool_client',
  'iam_policy',
  'iam_role',
  'iam_role_policy',
  'iam_role_policy_attachment',
  'lambda_function',
  'lambda_function_event_invoke_config',
  'lambda_permission',
];

const result = fileURLToPath(new URL('../test/cli/export/terraform-schema.json', import.meta.url));

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const pascalCase = (name) => name.replace(/(?:^|_)([a-z])/g, (_all, letter) => letter.toUpperCase());

/** The text between the braces that follow `head`. */
function bodyOf(text, head) {
  const at = text.indexOf(head);
  if (at < 0) throw new Error(`no ${head}`);
  const from = text.indexOf('{', at);
  let depth = 0;
  for (let to = from; to < text.length; to += 1) {
    if (text[to] === '{') depth += 1;
    if (text[to] === '}') depth -= 1;
    if (depth === 0) return text.slice(from + 1, to);
  }
  throw new Error(`${head} has no end`);
}

/** A type of the published types, as Terraform names it. Blocks have members. */
function typeOf(text, type) {
  const bare = type.replace(/ \| cdktf\.IResolvable/g, '').trim();
  if (['string', 'number'].includes(bare)) return { type: bare };
  if (bare === 'boolean') return { type: 'bool' };
  if (/^(string|number)\[\]$/.test(bare)) return { type: `list(${bare.slice(0, -2)})` };
  const [, value] = /^\{\s*\[key: string\]: (string|number);\s*\}$/.exec(bare) ?? [];
  if (value !== undefined) return { type: `map(${value})` };
  const [, name, isList] = /^(\w+)(\[\])?$/.exec(bare) ?? [];
  if (name === undefined) throw new Error(`unknown type ${bare}`);
  return { type: isList ? 'blocks' : 'block', members: membersOf(text, `export interface ${name} `) };
}

/** Each member is preceded by a comment that ends with its name in Terraform: `…#function_name`. */
function membersOf(text, head) {
  const members = {};
  const pattern =
    /#(\w+) [^}]*\}\s*(?:\*[^/][^\n]*\s*|\*\n\s*)*\*\/\s*readonly \w+(\?)?: ((?:\{[^}]*\}|[^;])+);/g;
  for (const [, name, optional, type] of bodyOf(text, head).matchAll(pattern)) {
    members[name] = { ...typeOf(text, type), ...(optional === undefined ? { required: true } : {}) };
  }
  return members;
}

/** What a reference can name besides the arguments: `aws_iam_role.migration.arn`. */
function readable(text, type) {
  const body = bodyOf(text, `export declare class ${type} extends cdktf.TerraformResource`);
  return [...body.matchAll(/^\s*get (\w+)\(\)/gm)]
    .map(([, name]) => snakeCase(name))
    .filter((name) => !name.endsWith('_input'));
}

const folder = mkdtempSync(join(tmpdir(), 'terraform-schema-'));
try {
  const spec = `${source.package}@${source.version}`;
  const packed = execFileSync('npm', ['pack', spec, '--silent'], { cwd: folder, encoding: 'utf8' }).trim();
  const files = resources.map((name) => `package/lib/${name.replaceAll('_', '-')}/index.d.ts`);
  execFileSync('tar', ['-xzf', packed, 'package/package.json', ...files], { cwd: folder });
  const manifest = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8'));
  const schemas = resources.map((name, at) => {
    const text = readFileSync(join(folder, files[at]), 'utf8');
    const type = pascalCase(name);
    const members = membersOf(text, `export interface ${type}Config `);
    return [`aws_${name}`, { arguments: members, readable: readable(text, type) }];
  });
  const document = {
    source: {
      ...source,
      license: manifest.license,
      provider: `hashicorp/aws ${manifest.cdktf.provider.version}`,
    },
    resources: Object.fromEntries(schemas),
  };
  writeFileSync(result, JSON.stringify(document));
  execFileSync('npx', ['biome', 'format', '--write', result], { stdio: 'ignore' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
