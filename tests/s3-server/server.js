'use strict';

// The S3 server that the tests of the archive run on: s3rver, with one bucket, in a folder.
//
//   node server.js --port PORT --directory FOLDER --bucket NAME [--conditional-writes]
//
// Its modules come from NODE_PATH. Keys are S3RVER and S3RVER.

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { parseArgs } = require('util');
const S3rver = require('s3rver');

const { values: options } = parseArgs({
  options: {
    port: { type: 'string' },
    directory: { type: 'string' },
    bucket: { type: 'string' },
    'conditional-writes': { type: 'boolean', default: false },
  },
});

// s3rver enciphers the tokens of truncated listings with DES, which OpenSSL 3 has no more; they may as well be plain.
const { createCipheriv, createDecipheriv } = crypto;
const plain = { update: data => Buffer.from(data), final: () => Buffer.alloc(0) };
crypto.createCipheriv = (name, ...rest) => (name === 'des' ? plain : createCipheriv(name, ...rest));
crypto.createDecipheriv = (name, ...rest) => (name === 'des' ? plain : createDecipheriv(name, ...rest));

const server = new S3rver({
  address: '127.0.0.1',
  port: Number(options.port),
  directory: options.directory,
  silent: true,
  vhostBuckets: false,
  configureBuckets: [{ name: options.bucket }],
});

// s3rver answers before the file is written to its end. S3 shows an object whole or not at all.
server.store.putObject = async object => {
  const chunks = [];
  if (Buffer.isBuffer(object.content)) chunks.push(object.content);
  else for await (const chunk of object.content) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  const md5 = crypto.createHash('md5').update(content).digest('hex');
  const target = server.store.getResourcePath(object.bucket, object.key, 'object');
  const temporary = path.join(options.directory, `${crypto.randomUUID()}.part`);
  await fs.promises.mkdir(path.dirname(target), { recursive: true });
  await fs.promises.writeFile(temporary, content);
  await server.store.putMetadata(object.bucket, object.key, object.metadata, md5);
  await fs.promises.rename(temporary, target);
  return { size: content.length, md5 };
};

// One request at a time for each object.
const turns = new Map();

async function inTurn(key, work) {
  const turn = (turns.get(key) || Promise.resolve()).then(work, work);
  turns.set(key, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(key) === turn) turns.delete(key);
  }
}

// If-Match and If-None-Match of writes as S3 has them since 2024; s3rver ignores them, as older servers do.
async function refusal(ctx) {
  const [, bucket, ...key] = decodeURIComponent(ctx.path).split('/');
  const etag = await server.store.getMetadata(bucket, key.join('/')).then(x => x.etag, () => undefined);
  if (ctx.headers['if-none-match'] === '*' && etag) return [412, 'PreconditionFailed'];
  if (ctx.headers['if-match'] && !etag) return [404, 'NoSuchKey'];
  if (ctx.headers['if-match'] && ctx.headers['if-match'] !== etag) return [412, 'PreconditionFailed'];
  return undefined;
}

server.middleware.unshift((ctx, next) =>
  inTurn(ctx.path, async () => {
    const refused = options['conditional-writes'] && ctx.method === 'PUT' ? await refusal(ctx) : undefined;
    if (!refused) return next();
    const [status, code] = refused;
    ctx.req.resume();
    ctx.status = status;
    ctx.type = 'application/xml';
    ctx.body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  }),
);

server.run().then(
  () => console.log('ready'),
  error => {
    console.error(error);
    process.exit(1);
  },
);
