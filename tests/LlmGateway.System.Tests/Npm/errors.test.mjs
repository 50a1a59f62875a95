import test from 'node:test';
import assert from 'node:assert/strict';
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { client } from './client.mjs';

const messages = [{ role: 'user', content: 'hi' }];

test('an unknown model is a NotFoundError with its code', async () => {
  await assert.rejects(client.chat.completions.create({ model: 'local/nothing', messages }), error =>
    error instanceof NotFoundError && error.code === 'model_not_found' && error.param === 'model' && error.type === 'invalid_request_error');
});

test('a wrong key is an AuthenticationError', async () => {
  const stranger = new OpenAI({ apiKey: 'sk-lg-wrong', maxRetries: 0 });
  await assert.rejects(stranger.models.list(), error => error instanceof AuthenticationError && error.code === 'invalid_api_key');
});

test('a wrong type is a BadRequestError that names the field, also for a stream', async () => {
  await assert.rejects(client.chat.completions.create({ model: 'local/chat', messages: 'hi' }), error =>
    error instanceof BadRequestError && error.param === 'messages');
  await assert.rejects(client.chat.completions.create({ model: 'local/chat', stream: true, messages, temperature: 'hot' }), error =>
    error instanceof BadRequestError && error.param === 'temperature');
});

test('what is not offered is a NotFoundError', async () => {
  await assert.rejects(client.beta.threads.create(), error => error instanceof NotFoundError && error.code === 'unknown_url');
});
