import test from 'node:test';
import assert from 'node:assert/strict';
import { NotFoundError } from 'openai';
import { client, eventually, trainingFile } from './client.mjs';

test('a job trains a model that answers, and tells of itself on the way', async () => {
  const file = await trainingFile();
  const job = await client.fineTuning.jobs.create({ model: 'local/chat', training_file: file.id, suffix: 'npm', seed: 7 });
  assert.match(job.id, /^ftjob-/);
  const done = await eventually(async () => {
    const current = await client.fineTuning.jobs.retrieve(job.id);
    return ['succeeded', 'failed'].includes(current.status) && current;
  }, 'the job to end');
  assert.equal(done.status, 'succeeded', JSON.stringify(done.error));
  assert.match(done.fine_tuned_model, /^ft:chat:.*npm/);

  const events = [];
  for await (const event of client.fineTuning.jobs.listEvents(job.id)) events.push(event.message);
  assert.ok(events.length > 1);
  const checkpoints = await client.fineTuning.jobs.checkpoints.list(job.id);
  assert.ok(checkpoints.data.every(checkpoint => checkpoint.metrics.train_loss >= 0));

  const answer = await client.chat.completions.create({
    model: done.fine_tuned_model, messages: [{ role: 'user', content: 'when does my card come' }],
  });
  assert.equal(answer.choices[0].message.content, 'card_arrival');
  assert.equal((await client.models.retrieve(done.fine_tuned_model)).id, done.fine_tuned_model);
});

test('a file that is not there makes no job', async () => {
  await assert.rejects(client.fineTuning.jobs.create({ model: 'local/chat', training_file: 'file-none' }), error =>
    [400, 404].includes(error.status) && error.param === 'training_file');
  await assert.rejects(client.fineTuning.jobs.retrieve('ftjob-none'), NotFoundError);
});
