import test from 'node:test';
import assert from 'node:assert/strict';
import { client, eventually, labels, ticket, weather } from './client.mjs';

// The gateway waits for a response's record, but not for a machine that stalls.
const known = id => eventually(() => client.responses.retrieve(id).catch(() => null), `response ${id}`);

test('a response has its text and usage', async () => {
  const response = await client.responses.create({ model: 'local/chat', instructions: labels, input: 'When will my card arrive?' });
  assert.equal(response.output_text, 'card_arrival');
  assert.equal(response.status, 'completed');
  assert.ok(response.usage.total_tokens > 0);
});

test('a streamed response sends its events in order and the same text', async () => {
  const stream = await client.responses.create({ model: 'local/chat', instructions: labels, input: 'I want a refund', stream: true });
  const events = [];
  for await (const event of stream) events.push(event);
  assert.equal(events[0].type, 'response.created');
  assert.equal(events.at(-1).type, 'response.completed');
  assert.deepEqual(events.map(event => event.sequence_number), events.map((_, index) => index));
  const text = events.filter(event => event.type === 'response.output_text.delta').map(event => event.delta).join('');
  assert.equal(text, 'refund');
  assert.equal(events.at(-1).response.output[0].content[0].text, 'refund');
});

test('the stream helper assembles the final response', async () => {
  const final = await client.responses.stream({ model: 'local/chat', instructions: labels, input: 'I want a refund' }).finalResponse();
  assert.equal(final.output_text, 'refund');
});

test('a tool is called, and its output answered from', async () => {
  const tools = [{ type: 'function', name: 'get_weather', description: 'Get the weather of a city', parameters: weather, strict: true }];
  const input = [{ role: 'user', content: 'What is the weather in Paris?' }];
  const asked = await client.responses.create({ model: 'local/chat', input, tools, tool_choice: 'required' });
  const call = asked.output.find(item => item.type === 'function_call');
  assert.match(JSON.parse(call.arguments).city, /Paris/);

  input.push(...asked.output, { type: 'function_call_output', call_id: call.call_id, output: 'It is sunny in Paris.' });
  const answer = await client.responses.create({ model: 'local/chat', input, tools });
  assert.match(answer.output_text, /sunny/);
});

test('structured output is parsed and fits its schema', async () => {
  const response = await client.responses.parse({
    model: 'local/chat', input: 'I want a refund', text: { format: { type: 'json_schema', name: 'ticket', strict: true, schema: ticket } },
  });
  assert.equal(JSON.parse(response.output_text).topic, 'refund');
});

for (const model of ['local/chat', 'test/gpt-priced', 'translated/gpt-chat']) {
  test(`a response of ${model} is continued, read, listed and deleted`, async () => {
    const first = await client.responses.create({ model, input: 'first' });
    await known(first.id);
    const second = await client.responses.create({ model, input: 'second', previous_response_id: first.id });
    await known(second.id);
    assert.equal((await client.responses.retrieve(second.id)).output_text, second.output_text);
    const texts = [];
    for await (const item of client.responses.inputItems.list(second.id, { order: 'asc', limit: 1 })) texts.push(item.content[0].text);
    assert.deepEqual(texts, ['first', first.output_text, 'second']);
    await client.responses.delete(second.id);
    await assert.rejects(client.responses.retrieve(second.id), error => error.status === 404);
    await assert.rejects(
      client.responses.create({ model, input: 'x', previous_response_id: second.id }), error => error.code === 'previous_response_not_found');
  });
}
