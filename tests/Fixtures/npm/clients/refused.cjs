// What the projects' own clients for node make of being refused before a call is read: one line of JSON with each one's words, and of MCP's the status and the error in the reply.
const http = require('http');
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = require('@modelcontextprotocol/sdk/client/streamableHttp.js');
const { JSONRPCMessageSchema } = require('@modelcontextprotocol/sdk/types.js');
const { ClientFactory, ClientFactoryOptions, JsonRpcTransportFactory, RestTransportFactory } = require('@a2a-js/sdk/client');
const [url, key, host] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${key}` };
// Node's own fetch lets nobody say another host than that of the address.
const asked = (target, init = {}) => new Promise((resolve, reject) => {
  const request = http.request(target, { method: init.method ?? 'GET', headers: { ...Object.fromEntries(new Headers(init.headers)), host } }, reply => {
    const parts = [];
    reply.on('data', part => parts.push(part)).on('end', () => resolve(new Response(Buffer.concat(parts), { status: reply.statusCode, headers: { 'Content-Type': reply.headers['content-type'] } })));
  });
  request.on('error', reject).end(init.body);
});
const fetchAs = host ? asked : fetch;
const fetchImpl = (target, init) => fetchAs(target, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } });
const refusal = async doing => {
  try { await doing(); } catch (error) { return { name: error.constructor.name, code: error.code, words: error.message }; }
  throw new Error('It was not refused.');
};
const cancel = async (factory, name) => {
  const client = await new ClientFactory(ClientFactoryOptions.createFrom(ClientFactoryOptions.default, { transports: [factory], preferredTransports: [name] })).createFromUrl(url);
  return refusal(() => client.cancelTask({ id: 'wf_00000000000000000000000000' }));
};
(async () => {
  const mcp = await refusal(() => new Client({ name: 'test', version: '1' }).connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers }, fetch: fetchAs })));
  mcp.error = JSONRPCMessageSchema.parse(JSON.parse(mcp.words.slice(mcp.words.indexOf('{')))); // as strictly as the client reads replies
  console.log(JSON.stringify({ mcp, a2a: await cancel(new JsonRpcTransportFactory({ fetchImpl }), 'JSONRPC'), rest: await cancel(new RestTransportFactory({ fetchImpl }), 'HTTP+JSON') }));
})().catch(error => { console.error(error); process.exit(1); });
