// The openai client, unchanged, against a running server: BASE_URL=http://127.0.0.1:23333/v1 npm test
// Nothing here depends on which model is served, but it must take images unless NO_IMAGES is set.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import OpenAI, { BadRequestError, NotFoundError } from "openai";
import { picture } from "./picture.js";

const baseURL = process.env.BASE_URL ?? "http://127.0.0.1:23333/v1";
const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
const question = [{ role: "user", content: "What is in the picture?" }];
const greedy = { temperature: 0, max_tokens: 8 };
const reasons = ["stop", "length"];
let model;

before(async () => {
  const page = await client.models.list();
  model = page.data[0].id;
});

test("models", async () => {
  const names = [];
  for await (const each of client.models.list()) names.push(each.id);
  assert.ok(names.includes(model));
  assert.equal((await client.models.retrieve(model)).object, "model");
  await assert.rejects(client.models.retrieve("no-such-model"), NotFoundError);
});

test("chat", async () => {
  const answer = await client.chat.completions.create({ model, messages: question, ...greedy });
  assert.equal(answer.object, "chat.completion");
  assert.equal(answer.model, model);
  assert.ok(Math.abs(answer.created - Date.now() / 1000) < 600);
  const [choice] = answer.choices;
  assert.equal(choice.message.role, "assistant");
  assert.ok(choice.message.content.length > 0);
  assert.ok(reasons.includes(choice.finish_reason));
  const { prompt_tokens, completion_tokens, total_tokens } = answer.usage;
  assert.ok(prompt_tokens > 0 && completion_tokens > 0);
  assert.equal(total_tokens, prompt_tokens + completion_tokens);
});

test("chat, streamed", async () => {
  const whole = await client.chat.completions.create({ model, messages: question, ...greedy });
  const stream = await client.chat.completions.create({
    model,
    messages: question,
    ...greedy,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = "";
  const ids = new Set();
  const roles = [];
  const ends = [];
  let usage;
  for await (const chunk of stream) {
    assert.equal(chunk.object, "chat.completion.chunk");
    ids.add(chunk.id);
    for (const choice of chunk.choices) {
      if (choice.delta.role) roles.push(choice.delta.role);
      text += choice.delta.content ?? "";
      if (choice.finish_reason) ends.push(choice.finish_reason);
    }
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(ids.size, 1);
  assert.deepEqual(roles, ["assistant"]);
  assert.deepEqual(ends, [whole.choices[0].finish_reason]);
  assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
  assert.equal(usage.prompt_tokens, whole.usage.prompt_tokens);
});

test("the client's stream helper", async () => {
  const runner = client.chat.completions.stream({ model, messages: question, ...greedy });
  const pieces = [];
  runner.on("content", (delta) => pieces.push(delta));
  const final = await runner.finalChatCompletion();
  assert.equal(pieces.join(""), final.choices[0].message.content);
  assert.ok(reasons.includes(final.choices[0].finish_reason));
});

test("several answers with seeds", async () => {
  const ask = () =>
    client.chat.completions.create({ model, messages: question, n: 3, seed: 7, max_tokens: 8 });
  const [first, second] = [await ask(), await ask()];
  assert.deepEqual(first.choices.map((choice) => choice.index), [0, 1, 2]);
  assert.deepEqual(
    first.choices.map((choice) => choice.message.content),
    second.choices.map((choice) => choice.message.content),
  );
});

test("several turns, a system message, a stop word, a limit", async () => {
  const answer = await client.chat.completions.create({
    model,
    messages: [
      { role: "system", content: "Answer shortly." },
      ...question,
      { role: "assistant", content: "Nothing." },
      { role: "user", content: [{ type: "text", text: "Are you " }, { type: "text", text: "sure?" }] },
    ],
    max_completion_tokens: 4,
    stop: ["\n\n\n"],
    user: "a test",
    ...{ temperature: 0, top_p: 1, presence_penalty: 0, frequency_penalty: 0 },
  });
  assert.ok(answer.usage.completion_tokens <= 4);
});

test("pictures", { skip: process.env.NO_IMAGES }, async () => {
  const red = picture(64, 48, [220, 20, 20]);
  const blue = picture(48, 64, [20, 20, 220]);
  const ask = (...content) =>
    client.chat.completions.create({ model, messages: [{ role: "user", content }], ...greedy });
  const image = (url, detail) => ({ type: "image_url", image_url: { url, ...(detail && { detail }) } });
  const text = { type: "text", text: "What colour is it?" };
  const one = await ask(image(red), text);
  assert.ok(one.choices[0].message.content.length > 0);
  const again = await ask(image(red), text);
  assert.equal(again.choices[0].message.content, one.choices[0].message.content);
  const two = await ask(text, image(red, "low"), image(blue, "auto"));
  assert.ok(two.usage.prompt_tokens >= one.usage.prompt_tokens);
  await assert.rejects(ask(image("file:///etc/hostname"), text), (error) => {
    assert.ok(error instanceof BadRequestError);
    assert.equal(error.param, "messages[0].content[0].image_url.url");
    return true;
  });
});

test("log probabilities", async () => {
  const answer = await client.chat.completions.create({
    model,
    messages: question,
    ...greedy,
    logprobs: true,
    top_logprobs: 2,
  });
  for (const token of answer.choices[0].logprobs.content) {
    assert.equal(typeof token.token, "string");
    assert.ok(token.logprob <= 0);
    assert.ok(token.top_logprobs.length <= 2);
  }
});

test("completions", async () => {
  const answer = await client.completions.create({ model, prompt: "A picture of", ...greedy });
  assert.equal(answer.object, "text_completion");
  assert.ok(reasons.includes(answer.choices[0].finish_reason));
  const echoed = await client.completions.create({
    model,
    prompt: ["A picture of", "A circle"],
    echo: true,
    ...greedy,
  });
  assert.ok(echoed.choices[0].text.startsWith("A picture of"));
  assert.ok(echoed.choices[1].text.startsWith("A circle"));
  let text = "";
  const stream = await client.completions.create({
    model,
    prompt: "A picture of",
    ...greedy,
    stream: true,
  });
  for await (const chunk of stream) text += chunk.choices[0].text;
  assert.equal(text, answer.choices[0].text);
});

test("errors", async () => {
  const ask = (fields) =>
    client.chat.completions.create({ model, messages: question, max_tokens: 1, ...fields });
  await assert.rejects(ask({ model: "no-such-model" }), (error) => {
    assert.ok(error instanceof NotFoundError);
    assert.equal(error.code, "model_not_found");
    return true;
  });
  await assert.rejects(ask({ temperature: -1 }), (error) => {
    assert.ok(error instanceof BadRequestError);
    assert.equal(error.param, "temperature");
    assert.equal(error.type, "invalid_request_error");
    return true;
  });
  await assert.rejects(ask({ tools: [{ type: "function", function: { name: "a b" } }] }), (error) => {
    assert.equal(error.param, "tools[0].function.name");
    return true;
  });
  await assert.rejects(client.embeddings.create({ model, input: "x" }), (error) => {
    assert.ok(error instanceof BadRequestError);
    assert.equal(error.code, "unsupported_feature");
    return true;
  });
});

test("giving up in the middle of a stream", async () => {
  const stream = await client.chat.completions.create({
    model,
    messages: question,
    stream: true,
    ignore_eos: true,
    max_tokens: 500,
  });
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) break; // which aborts the request
  }
  assert.ok(stream.controller.signal.aborted);
});

test("many at once", async () => {
  const answers = await Promise.all(
    Array.from({ length: 16 }, () =>
      client.chat.completions.create({ model, messages: question, ...greedy }),
    ),
  );
  const texts = new Set(answers.map((answer) => answer.choices[0].message.content));
  assert.equal(texts.size, 1);
});
