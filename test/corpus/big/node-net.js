// Node's HTTP, TCP and UDP over the loopback interface.
const http = require('node:http');
const net = require('node:net');
const dgram = require('node:dgram');
const dns = require('node:dns');
const os = require('node:os');
const { once } = require('node:events');

async function main() {
  for (const [name, list] of Object.entries(os.networkInterfaces()))
    for (const { address, netmask, family } of list) console.log(name, address, netmask, family);
  console.log((await dns.promises.lookup('localhost', { family: 4 })).address);

  const server = http.createServer((request, response) => {
    let length = 0;
    request.on('data', (part) => {
      length += part.length;
    });
    request.on('end', () => response.end(JSON.stringify({ url: request.url, length })));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  const answer = await fetch(`http://127.0.0.1:${port}/a?b=1`, { method: 'POST', body: 'x'.repeat(300000) });
  console.log(answer.status, await answer.text());
  server.close();
  server.closeAllConnections();
  await once(server, 'close');

  const echo = net.createServer((connection) => connection.pipe(connection));
  await once(echo.listen(0), 'listening');
  const client = net.connect(echo.address().port, '::1');
  client.end('echo');
  client.setEncoding('utf8');
  console.log((await once(client, 'data'))[0], client.remoteFamily);
  await once(client, 'close');
  echo.close();
  const [error] = await once(net.connect(1, '127.0.0.1'), 'error');
  console.log(error.code, error.syscall);

  const socket = dgram.createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.send('datagram', socket.address().port, '127.0.0.1');
  const [message, { address }] = await once(socket, 'message');
  console.log(message.toString(), address);
  socket.close();
}
main();
