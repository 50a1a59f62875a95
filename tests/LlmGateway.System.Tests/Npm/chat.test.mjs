import test from 'node:test';
import assert from 'node:assert/strict';
import { client, labels, ticket, weather } from './client.mjs';

const question = content => [{ role: 'system', content: labels }, { role: 'user', content }];

test('a chat completion answers with usage', async () => {
  const answer = await client.chat.completions.create({ model: 'local/chat', messages: question('When will my card arrive?') });
  assert.equal(answer.choices[0].message.content, 'card_arrival');
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.ok(answer.usage.prompt_tokens > 10);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

test('a stream gives the same text, and usage for whoever asks', async () => {
  const stream = await client.chat.completions.create({
    model: 'local/chat', stream: true, stream_options: { include_usage: true }, messages: question('I want a refund'),
  });
  let text = '';
  let usage = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, 'refund');
  assert.ok(usage.completion_tokens > 0);
});

test('the stream helper assembles the final completion', async () => {
  const final = await client.chat.completions.stream({ model: 'local/chat', messages: question('I want a refund') }).finalChatCompletion();
  assert.equal(final.choices[0].message.content, 'refund');
  assert.equal(final.choices[0].finish_reason, 'stop');
});

test('a tool is called, and its result answered from', async () => {
  const tools = [{ type: 'function', function: { name: 'get_weather', description: 'Get the weather of a city', parameters: weather } }];
  const messages = [{ role: 'user', content: 'What is the weather in Paris?' }];
  const asked = await client.chat.completions.create({ model: 'local/chat', messages, tools, tool_choice: 'required' });
  const [call] = asked.choices[0].message.tool_calls;
  assert.equal(asked.choices[0].finish_reason, 'tool_calls');
  assert.equal(call.function.name, 'get_weather');
  assert.match(JSON.parse(call.function.arguments).city, /Paris/);

  messages.push(asked.choices[0].message, { role: 'tool', tool_call_id: call.id, content: 'It is sunny in Paris.' });
  const answer = await client.chat.completions.create({ model: 'local/chat', messages, tools });
  assert.match(answer.choices[0].message.content, /sunny/);
});

test('the tool runner calls a real function with streamed arguments', async () => {
  const cities = [];
  const runner = client.chat.completions.runTools({
    model: 'local/chat', stream: true, messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
    tools: [{
      type: 'function',
      function: {
        name: 'get_weather', description: 'Get the weather of a city', parameters: weather, parse: JSON.parse,
        function: ({ city }) => { cities.push(city); return 'It is sunny in Paris.'; },
      },
    }],
  });
  assert.match(await runner.finalContent(), /sunny/);
  assert.equal(cities.length, 1);
});

test('structured output is parsed and fits its schema', async () => {
  const answer = await client.chat.completions.parse({
    model: 'local/chat', messages: [{ role: 'user', content: 'I want a refund' }],
    response_format: { type: 'json_schema', json_schema: { name: 'ticket', strict: true, schema: ticket } },
  });
  const found = JSON.parse(answer.choices[0].message.content);
  assert.equal(found.topic, 'refund');
  assert.equal(typeof found.urgent, 'boolean');
});

test('n gives as many choices, stop ends before its text', async () => {
  const several = await client.chat.completions.create({ model: 'local/chat', n: 3, seed: 7, messages: question('I want a refund') });
  assert.deepEqual(several.choices.map(choice => choice.index), [0, 1, 2]);
  const stopped = await client.chat.completions.create({ model: 'local/chat', stop: ['_arrival'], messages: question('When will my card arrive?') });
  assert.equal(stopped.choices[0].message.content, 'card');
});
