// A sandbox client's errand, in one line of JSON.
// Usage: node errand.mjs <portal> <API key> <authority's certificate> <sandbox> <port>
import fs from 'node:fs';
import https from 'node:https';

const [portal, key, authority, sandbox, port] = process.argv.slice(2);
const ca = fs.readFileSync(authority);
const suffix = new URL(portal).host.replace(/^portal\./, '');

// Every name leads to this machine.
const lookup = (name, options, done) => options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

function send(method, url, headers = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method, ca, lookup, headers, agent: false }, answer => {
      let text = '';
      answer.on('data', chunk => text += chunk);
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const api = async (method, path, body) => JSON.parse((await send(
  method, new URL(path, portal), { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body && JSON.stringify(body))).text);
const status = async url => (await send('GET', url)).status;

const listed = await api('GET', `/v1/sandboxes/${sandbox}/ports`);
const minted = await api('POST', `/v1/sandboxes/${sandbox}/preview-token`, { port: Number(port), ttl_seconds: 600 });
const previewUrl = `https://${port}-${sandbox}.${suffix}`;
const tampered = minted.url.replace(/(.)\.preview\./, (_, last) => `${last === 'a' ? 'b' : 'a'}.preview.`);
console.log(JSON.stringify({
  ports: (Array.isArray(listed) ? listed : listed.ports).map(item => item.port).join(','),
  previewUrl,
  sandbox: minted.sandbox_id,
  signed: await status(minted.url),
  unsigned: await status(previewUrl),
  tamperedWith: await status(tampered),
  unknown: (await api('GET', '/v1/sandboxes/aaaaaaaaaaaa/ports')).code,
  invalid: (await api('POST', `/v1/sandboxes/${sandbox}/preview-token`, { port: 70000, ttl_seconds: 600 })).code,
}));
