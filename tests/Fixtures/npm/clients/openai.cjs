// OpenAI's own client for node, against a service of ours: says in one line of JSON what it made of the answers.
const OpenAI = require('openai');
const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const refused = async doing => {
  try { await doing(); return null; } catch (error) { return { name: error.constructor.name, status: error.status, code: error.code, param: error.param }; }
};
(async () => {
  const said = {};
  said.models = (await client.models.list()).data.map(model => model.id);
  const whole = await client.chat.completions.create({ model: 'ai-manager', messages: [{ role: 'user', content: 'Hello!' }] });
  said.whole = { words: whole.choices[0].message.content, end: whole.choices[0].finish_reason, tokens: whole.usage.total_tokens };
  said.stream = { words: '', ends: [], usage: null };
  const stream = await client.chat.completions.create({ model: 'ai-manager', stream: true, stream_options: { include_usage: true }, messages: [{ role: 'user', content: [{ type: 'text', text: 'help' }] }] });
  for await (const chunk of stream) {
    said.stream.words += chunk.choices[0]?.delta?.content ?? '';
    if (chunk.choices[0]?.finish_reason) said.stream.ends.push(chunk.choices[0].finish_reason);
    if (chunk.usage) said.stream.usage = chunk.usage.total_tokens;
  }
  said.model = await refused(() => client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }));
  said.tools = await refused(() => client.chat.completions.create({ model: 'ai-manager', tools: [{ type: 'function', function: { name: 'pay' } }], messages: [{ role: 'user', content: 'Hello!' }] }));
  said.key = await refused(() => new OpenAI({ baseURL, apiKey: 'aim_no', maxRetries: 0 }).models.list());
  console.log(JSON.stringify(said));
})().catch(error => { console.error(error); process.exit(1); });
