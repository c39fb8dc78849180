// OpenAI's own client for node hands a goal in, follows it, and goes on in the same conversation once people have decided: says in one line of JSON what it was told.
const OpenAI = require('openai');
const [url, apiKey, ...deciders] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const decideAll = async () => {
  let count = 0;
  for (const decider of deciders) {
    const headers = { Authorization: `Bearer ${decider}`, 'Content-Type': 'application/json' };
    const mine = await (await fetch(`${url}/api/approvals?status=pending&mine=true`, { headers })).json();
    for (const { id } of mine) {
      const reply = await fetch(`${url}/api/approvals/${id}`, { method: 'POST', headers, body: '{"decision":"approve"}' });
      if (!reply.ok) throw new Error(await reply.text());
      count++;
    }
  }
  return count;
};
const told = async messages => {
  const said = { words: '', pieces: 0, ends: [], tokens: 0 };
  const stream = await client.chat.completions.create({ model: 'ai-manager', stream: true, stream_options: { include_usage: true }, messages });
  for await (const { choices, usage } of stream) {
    const words = choices[0]?.delta?.content ?? '';
    said.words += words;
    said.pieces += words.length > 0 ? 1 : 0;
    if (choices[0]?.finish_reason) said.ends.push(choices[0].finish_reason);
    said.tokens = usage?.total_tokens ?? said.tokens;
  }
  return said;
};
(async () => {
  const messages = [{ role: 'system', content: 'Answer in English.' }, { role: 'user', content: 'Restock everything below its reorder point.' }];
  const first = await told(messages);
  const decided = await decideAll();
  messages.push({ role: 'assistant', content: first.words }, { role: 'user', content: 'How is it going?' });
  console.log(JSON.stringify({ first, decided, second: await told(messages) }));
})().catch(error => { console.error(error); process.exit(1); });
