// The MCP project's own client for node, against a service of ours: says in one line of JSON what it made of the answers.
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = require('@modelcontextprotocol/sdk/client/streamableHttp.js');
const [url, key] = process.argv.slice(2);
(async () => {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${key}` } } }));
  const tools = (await client.listTools()).tools.map(tool => tool.name);
  const submitted = await client.callTool({ name: 'submit_goal', arguments: { goal: 'Buy pens' } });
  const found = await client.callTool({ name: 'get_workflow', arguments: { workflow: submitted.structuredContent.id } });
  const wrong = await client.callTool({ name: 'get_workflow', arguments: { workflow: 'wf_no' } });
  await client.close();
  console.log(JSON.stringify({ server: client.getServerVersion()?.name, tools, goal: found.structuredContent.goal, wrong: wrong.isError }));
})().catch(error => { console.error(error); process.exit(1); });
