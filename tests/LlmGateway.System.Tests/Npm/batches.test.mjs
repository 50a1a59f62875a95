import test from 'node:test';
import assert from 'node:assert/strict';
import { NotFoundError, toFile } from 'openai';
import { client, eventually, labels } from './client.mjs';

const line = (custom_id, body, url = '/v1/chat/completions') => JSON.stringify({ custom_id, method: 'POST', url, body });
const ask = question => ({ model: 'local/chat', messages: [{ role: 'system', content: labels }, { role: 'user', content: question }] });

async function create(lines) {
  const file = await client.files.create({ file: await toFile(Buffer.from(lines.join('\n')), 'in.jsonl'), purpose: 'batch' });
  return client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata: { from: 'npm' } });
}

const ended = id => eventually(async () => {
  const batch = await client.batches.retrieve(id);
  return ['completed', 'failed', 'expired', 'cancelled'].includes(batch.status) && batch;
}, `the end of ${id}`);

const read = async id => (await (await client.files.content(id)).text()).trim().split('\n').map(text => JSON.parse(text));

test('a batch is made, listed, awaited and read', async () => {
  const made = await create([line('a', ask('When will my card arrive?')), line('b', ask('I want a refund')), line('c', { ...ask('hi'), model: 'nobody/none' }), line('d', { model: 'local/chat', messages: [] })]);
  const batch = await ended(made.id);
  assert.deepEqual([batch.status, batch.request_counts, batch.metadata], ['completed', { total: 4, completed: 2, failed: 2 }, { from: 'npm' }]);
  const output = await read(batch.output_file_id);
  assert.deepEqual(Object.fromEntries(output.map(entry => [entry.custom_id, entry.response.body.choices[0].message.content])), { a: 'card_arrival', b: 'refund' });
  const errors = await read(batch.error_file_id);
  assert.deepEqual(
    Object.fromEntries(errors.map(entry => [entry.custom_id, [entry.response.status_code, entry.response.body.error.code]])),
    { c: [404, 'model_not_found'], d: [400, 'empty_array'] });

  const listed = [];
  for await (const one of client.batches.list({ limit: 1 })) {
    listed.push(one.id);
    if (listed.length === 2) break;
  }
  assert.ok(listed.includes(made.id) || listed.length === 2);
});

test('a bad line is named, an ended batch is not cancelled, an unknown one is not found', async () => {
  const batch = await ended((await create([line('a', ask('hi')), line('a', ask('hi'))])).id);
  assert.deepEqual([batch.status, batch.errors.data[0].code, batch.errors.data[0].line], ['failed', 'duplicate_custom_id', 2]);
  await assert.rejects(client.batches.cancel(batch.id), error => error.status === 409);
  await assert.rejects(client.batches.retrieve('batch_none'), NotFoundError);
});
