import OpenAI, { toFile } from 'openai';

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

/** Three intents with a few questions each, uploaded for training. */
export function trainingFile() {
  const questions = {
    card_arrival: ['where is my card', 'when does my card come', 'my card has not arrived', 'the card is late', 'has my card been sent', 'card still not here'],
    refund: ['give my money back', 'I want a refund', 'refund this payment please', 'can I get my money back', 'return the payment', 'cancel and refund it'],
    exchange_rate: ['what is the exchange rate', 'rate for euros', 'how many dollars for a pound', 'currency rate today', 'which exchange rate do you use', 'is the rate good'],
  };
  const lines = Object.entries(questions).flatMap(([label, texts]) => texts.map(text => JSON.stringify({
    messages: [{ role: 'user', content: text }, { role: 'assistant', content: label }],
  })));
  return toFile(Buffer.from(lines.join('\n')), 'intents.jsonl').then(file => client.files.create({ file, purpose: 'fine-tune' }));
}

/** Polls: what a call leaves behind is stored a moment after its answer, and work takes its time. */
export async function eventually(read, what) {
  const deadline = performance.now() + 45_000;
  while (performance.now() < deadline) {
    const found = await read();
    if (found) return found;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`waited 45 s in vain for ${what}`);
}
