// The A2A project's own client for node, against a service of ours: says in one line of JSON what it made of the answers.
const { ClientFactory, ClientFactoryOptions, JsonRpcTransportFactory, RestTransportFactory } = require('@a2a-js/sdk/client');
const { Role, TaskState } = require('@a2a-js/sdk');
const [url, key, ...deciders] = process.argv.slice(2);
const fetchImpl = (target, init) => fetch(target, { ...init, headers: { ...init?.headers, Authorization: `Bearer ${key}` } });
const message = (messageId, value, task) => ({ message: { messageId, role: Role.ROLE_USER, taskId: task ?? '', parts: [{ content: { $case: 'text', value } }] } });
const refused = async doing => {
  try { await doing(); return null; } catch (error) { return error.constructor.name; }
};
const decideAll = async () => {
  for (const decider of deciders) {
    const headers = { Authorization: `Bearer ${decider}`, 'Content-Type': 'application/json' };
    const mine = await (await fetch(`${url}/api/approvals?status=pending&mine=true`, { headers })).json();
    for (const { id } of mine) {
      const reply = await fetch(`${url}/api/approvals/${id}`, { method: 'POST', headers, body: '{"decision":"approve"}' });
      if (!reply.ok) throw new Error(await reply.text());
    }
  }
};
const follow = async (stream, onFirst) => {
  const [seen, artifacts] = [[], []];
  for await (const { payload } of stream) {
    if (seen.length === 0) await onFirst(payload.value);
    if (payload.$case === 'artifactUpdate') artifacts.push(payload.value.artifact.artifactId);
    seen.push(payload.$case === 'artifactUpdate' ? payload.$case : `${payload.$case} ${TaskState[payload.value.status.state]}`);
  }
  return { seen, artifacts };
};
(async () => {
  const factory = new ClientFactory(ClientFactoryOptions.createFrom(ClientFactoryOptions.default, { transports: [new JsonRpcTransportFactory({ fetchImpl })] }));
  const client = await factory.createFromUrl(url);
  const said = { publicSkills: client.agentCard.skills.map(skill => skill.id) };
  said.skills = (await client.getAgentCard()).skills.map(skill => skill.id);
  const waits = await client.sendMessage(message('m1', 'Restock everything below its reorder point.'));
  said.waits = { id: waits.id, state: TaskState[waits.status.state], words: waits.status.message.parts[0].content.value, kinds: waits.status.message.parts[1].content.value.waitingFor.map(w => w.kind) };
  said.again = (await client.sendMessage(message('m1', 'Restock everything below its reorder point.'))).id;
  said.followed = await follow(client.resubscribeTask({ id: waits.id }), decideAll);
  const done = await client.getTask({ id: waits.id, historyLength: 1 });
  said.done = { state: TaskState[done.status.state], history: done.history.length, report: done.artifacts.find(a => a.artifactId === 'report').parts.map(p => p.metadata.kind) };
  said.listed = (await client.listTasks({ status: TaskState.TASK_STATE_COMPLETED })).tasks.map(task => task.id);
  said.cancelled = await follow(client.sendMessageStream(message('m2', 'Restock everything below its reorder point.')), async task => { said.second = TaskState[(await client.cancelTask({ id: task.id })).status.state]; });
  said.errors = [
    await refused(() => client.cancelTask({ id: waits.id })),
    await refused(() => client.getTask({ id: 'wf_no' })),
    await refused(() => client.sendMessage(message('m3', 'More.', waits.id))),
  ];
  const other = await new ClientFactory(ClientFactoryOptions.createFrom(ClientFactoryOptions.default, { transports: [new RestTransportFactory({ fetchImpl })], preferredTransports: ['HTTP+JSON'] })).createFromUrl(url);
  said.other = {
    skills: (await other.getAgentCard()).skills.map(skill => skill.id),
    done: (await other.getTask({ id: waits.id })).artifacts.at(-1).artifactId,
    listed: (await other.listTasks({ status: TaskState.TASK_STATE_COMPLETED })).tasks.map(task => task.id),
    begun: (await other.sendMessage(message('m1', 'Restock everything below its reorder point.'))).id,
    ...(await follow(other.sendMessageStream(message('m4', 'Restock everything below its reorder point.')), async () => {})),
    errors: [
      await refused(() => other.cancelTask({ id: waits.id })),
      await refused(() => other.getTask({ id: 'wf_no' })),
      await refused(() => other.sendMessage(message('m5', 'More.', waits.id))),
    ],
  };
  console.log(JSON.stringify(said));
})().catch(error => { console.error(error); process.exit(1); });
