// Formats of answers with the openai client, unchanged, against a running server (BASE_URL).
import assert from "node:assert/strict";
import { before, test } from "node:test";
import OpenAI, { BadRequestError } from "openai";

const baseURL = process.env.BASE_URL ?? "http://127.0.0.1:23333/v1";
const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
const question = [{ role: "user", content: "What is in the picture?" }];
let model;

before(async () => {
  const page = await client.models.list();
  model = page.data[0].id;
});

test("a format of the answer", async () => {
  const schema = {
    type: "object",
    properties: {
      kind: { enum: ["circle", "square"] },
      sides: { type: "integer", minimum: 0, maximum: 9 },
    },
    required: ["kind", "sides"],
    additionalProperties: false,
  };
  const response_format = { type: "json_schema", json_schema: { name: "shape", strict: true, schema } };
  const answer = await client.chat.completions.parse({
    model,
    messages: question,
    response_format,
    temperature: 1.5,
    max_tokens: 100,
    n: 3,
  });
  for (const choice of answer.choices) {
    const shape = JSON.parse(choice.message.content);
    assert.ok(schema.properties.kind.enum.includes(shape.kind));
    assert.ok(Number.isInteger(shape.sides) && shape.sides >= 0 && shape.sides <= 9);
    assert.deepEqual(choice.message.parsed ?? shape, shape);
  }
  const refused = { type: "json_schema", json_schema: { name: "x", schema: { not: {} } } };
  await assert.rejects(
    client.chat.completions.create({ model, messages: question, response_format: refused }),
    BadRequestError,
  );
});
