// A real OpenID provider for the tests: node oidc.mjs <issuer> <redirect uri> <post-logout redirect uri>
// People sign in by name alone. POST /test/roll-keys signs with new keys from then on.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [issuer, redirectUri, signedOutUri] = process.argv.slice(2);
const people = {
  nina: { name: 'Nina Holm', email: 'nina@lark.example', email_verified: true, groups: ['lark-devs'] },
  sam: { name: 'Sam Whitlock', email: 'sam@lark.example', email_verified: false, groups: [] },
  mira: { name: 'Mira Osei', email: 'mira@lark.example', email_verified: true, groups: ['lark-admins'] },
};
let handle;
let provider;

function newKeys() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' }] };
}

function start() {
  provider = new Provider(issuer, {
    jwks: newKeys(),
    clients: [{
      client_id: 'portportal',
      client_secret: 'a secret that only tests know',
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [signedOutUri],
    }],
    cookies: { keys: ['test'] },
    pkce: { required: () => true },
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
    // Consent is given for everything that is asked for.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = page('Sign out', `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out of Lark ID</button>`);
        },
      },
    },
  });
  handle = provider.callback();
}

const page = (title, body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><main><h1>${title}</h1>${body}</main></html>`;

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
}

const server = createServer(async (request, response) => {
  if (request.url.startsWith('/interaction/')) {
    if (request.method === 'POST') {
      const login = (await bodyOf(request)).get('login');
      await provider.interactionFinished(request, response, { login: { accountId: login } });
      return;
    }

    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page('Lark ID', '<form method="post"><label>Name <input name="login" required></label> <button>Sign in</button></form>'));
  } else if (request.url === '/test/roll-keys') {
    start();
    response.end();
  } else {
    handle(request, response);
  }
});

start();
server.listen(new URL(issuer).port, new URL(issuer).hostname, () => console.log('ready'));
