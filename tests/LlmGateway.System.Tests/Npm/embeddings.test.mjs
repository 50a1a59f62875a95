import test from 'node:test';
import assert from 'node:assert/strict';
import { client } from './client.mjs';

test('embeddings arrive as base64, which the package asks for, and as floats, the same', async () => {
  const input = ['where is my card', 'I want a refund'];
  const decoded = await client.embeddings.create({ model: 'local/embedding', input, dimensions: 256 });
  const floats = await client.embeddings.create({ model: 'local/embedding', input, dimensions: 256, encoding_format: 'float' });
  assert.deepEqual(decoded.data.map(item => item.index), [0, 1]);
  decoded.data.forEach((item, index) => {
    assert.equal(item.embedding.length, 256);
    item.embedding.forEach((value, at) => assert.ok(Math.abs(value - floats.data[index].embedding[at]) < 1e-6));
  });
  assert.ok(decoded.usage.total_tokens > 0);
});

test('models are listed and found', async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  assert.ok(ids.includes('local/chat') && ids.includes('local/embedding'), ids.join());
  assert.equal((await client.models.retrieve('local/chat')).object, 'model');
});
