import test from 'node:test';
import assert from 'node:assert/strict';
import { BadRequestError, NotFoundError, toFile } from 'openai';
import { client } from './client.mjs';

test('a file is uploaded, listed page by page, read and deleted', async () => {
  const text = '{"messages": []}\n';
  const made = [];
  for (const name of ['one.jsonl', 'zwei-ü.jsonl', 'three.jsonl']) {
    made.push(await client.files.create({ file: await toFile(Buffer.from(text), name), purpose: 'fine-tune' }));
  }
  assert.equal(made[1].filename, 'zwei-ü.jsonl');
  assert.equal(made[0].bytes, text.length);

  const ids = made.map(file => file.id);
  const listed = [];
  for await (const file of client.files.list({ purpose: 'fine-tune', limit: 2, order: 'asc' })) listed.push(file.id);
  assert.deepEqual(listed.filter(id => ids.includes(id)), ids);

  const [id] = ids;
  assert.equal((await client.files.retrieve(id)).status, 'processed');
  assert.equal(await (await client.files.content(id)).text(), text);
  assert.equal((await client.files.delete(id)).deleted, true);
  await assert.rejects(client.files.retrieve(id), NotFoundError);
});

test('a file can expire, and a wrong purpose is refused', async () => {
  const file = await toFile(Buffer.from('x'), 'x.txt');
  const made = await client.files.create({ file, purpose: 'user_data', expires_after: { anchor: 'created_at', seconds: 3600 } });
  assert.equal(made.expires_at - made.created_at, 3600);
  await assert.rejects(client.files.create({ file: await toFile(Buffer.from('x'), 'x.txt'), purpose: 'nothing' }), error =>
    error instanceof BadRequestError && error.param === 'purpose');
});
