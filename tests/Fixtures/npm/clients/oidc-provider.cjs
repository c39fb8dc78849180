// An OpenID Connect provider on a port of this machine: accounts are called by what stands in front of their address; "ghost" is nobody's here, "loose" is not verified.
// Its signing key is a new one at each start, under the same name.
const http = require('node:http');
const { generateKeyPairSync } = require('node:crypto');

const [port, manager, secret] = process.argv.slice(2);
const server = http.createServer();
server.listen(Number(port), '127.0.0.1', async () => {
  const { Provider } = await import(require.resolve('oidc-provider'));
  const issuer = `http://127.0.0.1:${port}`;
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...key, kid: 'signing', use: 'sig', alg: 'RS256' }] },
    clients: [{ client_id: 'manager', client_secret: secret, redirect_uris: [`${manager}/sign-in/provider/return`] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id === 'loose' ? 'petra' : id}@example.com`, email_verified: id !== 'loose' }),
    }),
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.on('end', () => process.exit(0)).resume();
