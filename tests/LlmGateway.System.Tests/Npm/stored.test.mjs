import test from 'node:test';
import assert from 'node:assert/strict';
import { NotFoundError } from 'openai';
import { client, eventually } from './client.mjs';

const collect = async page => { const all = []; for await (const item of page) all.push(item); return all; };

test('stored completions are listed by metadata, page by page, read, changed and deleted', async () => {
  const made = [];
  for (const content of ['first of three', 'second of three', 'third of three']) {
    made.push(await client.chat.completions.create({
      model: 'local/chat', store: true, metadata: { suite: 'npm' }, messages: [{ role: 'user', content }],
    }));
  }
  const stored = await eventually(async () => {
    const found = await collect(client.chat.completions.list({ metadata: { suite: 'npm' }, limit: 2 }));
    return found.length === 3 && found;
  }, 'three stored completions');
  assert.deepEqual(stored.map(one => one.id), made.map(one => one.id));
  const newestFirst = await collect(client.chat.completions.list({ metadata: { suite: 'npm' }, limit: 2, order: 'desc' }));
  assert.deepEqual(newestFirst.map(one => one.id), made.map(one => one.id).reverse());

  const [{ id }] = made;
  assert.equal((await client.chat.completions.retrieve(id)).choices[0].message.content, made[0].choices[0].message.content);
  const messages = await collect(client.chat.completions.messages.list(id));
  assert.equal(messages[0].content, 'first of three');
  assert.equal((await client.chat.completions.update(id, { metadata: { suite: 'other' } })).metadata.suite, 'other');
  assert.equal((await client.chat.completions.delete(id)).deleted, true);
  await assert.rejects(client.chat.completions.retrieve(id), NotFoundError);
});
