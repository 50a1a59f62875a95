import test from 'node:test';
import assert from 'node:assert/strict';
import { BadRequestError, NotFoundError } from 'openai';
import { client, eventually, labels } from './client.mjs';

const criteria = [{
  type: 'string_check', name: 'right', operation: 'eq', input: '{{ sample.output_text }}', reference: '{{ item.label }}',
}];

test('an eval is made, run and read item by item', async () => {
  const made = await client.evals.create({
    name: 'intents',
    data_source_config: {
      type: 'custom',
      include_sample_schema: true,
      item_schema: { type: 'object', properties: { question: { type: 'string' }, label: { type: 'string' } }, required: ['question', 'label'] },
    },
    testing_criteria: criteria,
  });
  const run = await client.evals.runs.create(made.id, {
    name: 'labels',
    data_source: {
      type: 'completions',
      model: 'local/chat',
      source: {
        type: 'file_content',
        content: [
          { item: { question: 'Please refund my money', label: 'refund' } },
          { item: { question: 'When will my card arrive?', label: 'card_arrival' } },
          { item: { question: 'What is the exchange rate?', label: 'a label that is none' } },
        ],
      },
      input_messages: {
        type: 'template',
        template: [{ role: 'system', content: labels }, { role: 'user', content: '{{ item.question }}' }],
      },
    },
  });
  const done = await eventually(async () => {
    const current = await client.evals.runs.retrieve(run.id, { eval_id: made.id });
    return ['completed', 'failed'].includes(current.status) && current;
  }, 'the run to end');
  const { total, passed, failed, errored } = done.result_counts;
  assert.deepEqual([total, passed, failed, errored], [3, 2, 1, 0]);

  const items = [];
  for await (const item of client.evals.runs.outputItems.list(run.id, { eval_id: made.id, limit: 2 })) items.push(item);
  assert.equal(items.filter(item => item.status === 'pass').length, 2);
  assert.equal((await client.evals.delete(made.id)).deleted, true);
  await assert.rejects(client.evals.retrieve(made.id), NotFoundError);
});

test('a grader that there is none of is refused by name', async () => {
  await assert.rejects(client.evals.create({
    data_source_config: { type: 'custom', item_schema: { type: 'object' } },
    testing_criteria: [{ ...criteria[0], type: 'guess' }],
  }), error => error instanceof BadRequestError && /guess/.test(error.message));
});
