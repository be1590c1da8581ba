import { createServer } from 'node:http';
import { pastedTag } from '../../support/host-page.ts';

// Run inside the server's namespace: a site on an origin of its own that embeds the relay's widget.
// site.ts ADDRESS PORT RELAY ROOM
const [, , address, port, relay = '', room = ''] = process.argv;
const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Site</title><body><h1>A site</h1>${pastedTag(relay, room)}</body></html>`;
createServer((request, response) => {
  if (request.url === '/favicon.ico') response.writeHead(204).end();
  else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}).listen(Number(port), address, () => process.stdout.write('ready\n'));
