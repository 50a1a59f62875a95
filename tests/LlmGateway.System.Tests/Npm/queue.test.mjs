import test from 'node:test';
import assert from 'node:assert/strict';
import amqp from 'amqplib';
import { client, trainingFile } from './client.mjs';

/** What programs outside do: put plain JSON into a queue, and listen for what became of it. */
async function listen() {
  const connection = await amqp.connect(process.env.RABBITMQ_URL);
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'llmgateway.events', 'fine_tuning.job.*');
  const events = [];
  await channel.consume(queue, message => events.push(JSON.parse(message.content)), { noAck: true });
  return { connection, channel, events };
}

async function send(channel, body) {
  channel.sendToQueue('fine-tuning-jobs', Buffer.from(body), { persistent: true });
  await channel.waitForConfirms();
}

async function awaitEvent(events, matches, what) {
  const deadline = performance.now() + 45_000;
  while (performance.now() < deadline) {
    const found = events.find(matches);
    if (found) return found;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`waited 45 s in vain for ${what}; got ${JSON.stringify(events)}`);
}

test('a plain message leads to a model that answers, whatever lay in the queue before it', async () => {
  const { connection, channel, events } = await listen();
  try {
    const file = await trainingFile();
    for (const bad of ['not JSON', '[]', '{"id": "no-model"}', `{"id": "no-file", "model": "local/chat", "training_file": "file-none"}`]) {
      await send(channel, bad);
    }
    const id = `npm-${process.pid}`;
    const job = JSON.stringify({ id, model: 'local/chat', training_file: file.id, validation_file: file.id, suffix: 'queue' });
    await send(channel, job);
    await send(channel, job);
    const succeeded = await awaitEvent(
      events, event => event.type === 'fine_tuning.job.succeeded' && event.data.request_id === id, 'the job to succeed');
    const evaluated = await awaitEvent(
      events, event => event.type === 'fine_tuning.job.evaluated' && event.data.id === succeeded.data.id, 'the comparison of the model with its base');
    assert.deepEqual([evaluated.data.status, evaluated.data.fine_tuned_model], ['completed', succeeded.data.fine_tuned_model]);
    const rejected = () => events.filter(event => event.type === 'fine_tuning.job.rejected');
    await awaitEvent(events, () => rejected().length === 4, 'the refusal of the four others');
    assert.deepEqual(rejected().map(event => event.data.id).filter(Boolean).sort(), ['no-file', 'no-model']);
    const jobs = [];
    for await (const one of client.fineTuning.jobs.list()) if (one.id === succeeded.data.id) jobs.push(one);
    assert.equal(jobs.length, 1);
    const answer = await client.chat.completions.create({
      model: succeeded.data.fine_tuned_model, messages: [{ role: 'user', content: 'when does my card come' }],
    });
    assert.equal(answer.choices[0].message.content, 'card_arrival');
  } finally {
    await connection.close();
  }
});
