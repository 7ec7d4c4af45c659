// An OpenID Connect provider for tests, from the npm package oidc-provider: people sign in with any password. It takes its
// settings as JSON in its first argument, says where it is in a line of JSON, and ends with its standard input.
const settings = JSON.parse(process.argv[2]);

async function start() {
  const { default: Provider } = await import(settings.module);
  const { createServer } = require('node:http');
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [settings.client],
    claims: { openid: ['sub', 'acr', 'sid'], email: ['email', 'email_verified'], profile: ['family_name', 'given_name', 'groups'] },
    conformIdTokenClaims: settings.conform,
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true } },
    pkce: { required: () => true },
    fetch: (url, { dispatcher, ...options }) => fetch(url, options), // which would refuse this machine
    cookies: { keys: ['a key for tests'] },
    findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...settings.people[id] }) }),
  });
  provider.on('backchannel.success', () => process.stdout.write(JSON.stringify({ told: true }) + '\n'));
  provider.on('backchannel.error', (_, err) => process.stdout.write(JSON.stringify({ told: false, why: String(err && (err.error_description || err.message)) }) + '\n'));
  server.on('request', provider.callback());
  process.stdout.write(JSON.stringify({ issuer }) + '\n');
  process.stdin.resume().on('end', () => process.exit(0));
}

start().catch((err) => { console.error(err); process.exit(1); });
