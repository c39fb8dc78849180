// PostgreSQL with pgvector, compiled to WebAssembly, on a port of this machine. It has one session, which connections take turns with: each keeps it until its transaction is over.
const net = require('node:net');
const { PGlite } = require('@electric-sql/pglite');
const { vector } = require('@electric-sql/pglite-pgvector');

const sslRequest = 80877103;
const cancelRequest = 80877102;
const waiting = [];
let holder = null;

const take = (socket) => new Promise((go) => (holder === null || holder === socket ? go((holder = socket)) : waiting.push({ socket, go })));
const give = () => {
  const next = waiting.shift();
  holder = next?.socket ?? null;
  next?.go();
};

const serve = (db, socket) => {
  let [bytes, batch, started, queue] = [Buffer.alloc(0), [], false, Promise.resolve()];

  const run = async (messages) => {
    await take(socket);
    try {
      for (const message of messages) {
        await db.execProtocolRawStream(message, { onRawData: (data) => socket.writable && socket.write(Buffer.from(data)) });
      }
    } finally {
      if (!db.isInTransaction()) give();
    }
  };

  const read = (data) => {
    bytes = Buffer.concat([bytes, data]);
    for (;;) {
      const head = started ? 1 : 0;
      if (bytes.length < head + 4 || bytes.length < head + bytes.readInt32BE(head)) return;
      const message = bytes.subarray(0, head + bytes.readInt32BE(head));
      bytes = bytes.subarray(message.length);
      if (!started && message.readInt32BE(4) === sslRequest) {
        socket.write('N');
      } else if (!started && message.readInt32BE(4) === cancelRequest) {
        socket.end();
      } else if (started && message[0] === 0x58) {
        socket.end(); // X: goodbye
      } else {
        batch.push(new Uint8Array(message));
        if (!started || message[0] === 0x53 || message[0] === 0x51) {
          const messages = batch.splice(0); // S, Q: what came until now belongs together
          queue = queue.then(() => run(messages)).catch(() => socket.destroy());
        }

        started = true;
      }
    }
  };

  socket.setNoDelay(true);
  socket.on('data', read).on('error', () => {});
  socket.on('close', () => {
    queue = queue.then(async () => {
      if (holder === socket) {
        await db.exec('rollback');
        give();
      }
    });
  });
};

PGlite.create({ extensions: { vector } }).then((db) => {
  const server = net.createServer((socket) => serve(db, socket));
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
});
process.stdin.on('end', () => process.exit(0)).resume();
