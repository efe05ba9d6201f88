// SPDX-License-Identifier: GPL-3.0-or-later
// A foreign tus server on loopback: node tus-server.mjs DIR [PORT]. Prints "listening on URL" when ready.
import {Server} from '@tus/server';
import {FileStore} from '@tus/file-store';

const [dir, port = '0'] = process.argv.slice(2);
const server = new Server({path: '/files', relativeLocation: true, datastore: new FileStore({directory: dir})});
const http = server.listen({host: '127.0.0.1', port: Number(port)}, () => {
  console.log(`listening on http://127.0.0.1:${http.address().port}/files`);
});
