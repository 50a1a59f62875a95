import OpenAI from 'openai';

/** The official package as an application uses it: address and key come from OPENAI_BASE_URL and OPENAI_API_KEY. */
export const client = new OpenAI({ maxRetries: 0 });

export const labels = 'Answer with one of these labels: refund, card_arrival, exchange_rate';

export const weather = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

export const ticket = {
  type: 'object',
  properties: { topic: { type: 'string', enum: ['refund', 'card'] }, urgent: { type: 'boolean' } },
  required: ['topic', 'urgent'],
  additionalProperties: false,
};

/** Polls: what a call leaves behind is stored a moment after its answer. */
export async function eventually(read, what) {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const found = await read();
    if (found) return found;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`waited 10 s in vain for ${what}`);
}
