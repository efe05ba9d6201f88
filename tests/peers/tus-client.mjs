// SPDX-License-Identifier: GPL-3.0-or-later
// A foreign tus client: node tus-client.mjs FILE URL [STOP-AFTER-BYTES UPLOAD-URL-FILE]. With the last two it breaks off in
// the middle and writes where; called again with the same file it goes on there.
import fs from 'node:fs';
import path from 'node:path';
import {Upload} from 'tus-js-client';

const [file, endpoint, stopAfter, urlFile] = process.argv.slice(2);
const size = fs.statSync(file).size;
const upload = new Upload(fs.createReadStream(file), {
  endpoint,
  uploadUrl: urlFile && fs.existsSync(urlFile) ? fs.readFileSync(urlFile, 'utf8') : null,
  uploadSize: size,
  chunkSize: 512 * 1024,
  retryDelays: null,
  metadata: {filename: path.basename(file)},
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
  onChunkComplete(chunk, accepted) {
    if (stopAfter && accepted >= Number(stopAfter)) {
      fs.writeFileSync(urlFile, upload.url);
      process.exit(9);
    }
  },
  onSuccess() {
    console.log(upload.url);
  },
});
upload.start();
