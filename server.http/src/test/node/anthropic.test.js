// Anthropic's client, unchanged, against a server whose model answers by a script:
// ANTHROPIC_URL=http://127.0.0.1:23333 node --test anthropic.test.js
import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic, { BadRequestError } from "@anthropic-ai/sdk";

const client = new Anthropic({
  baseURL: process.env.ANTHROPIC_URL,
  apiKey: process.env.ANTHROPIC_KEY ?? "none",
  maxRetries: 0,
});
const model = "fake";
const max_tokens = 64;
const tools = [
  { name: "add", input_schema: { type: "object", properties: { a: { type: "integer" } } } },
];
const user = (content) => ({ role: "user", content });

test("a message", async () => {
  const message = await client.messages.create({
    model,
    max_tokens,
    system: "Be short.",
    messages: [user("think")],
  });
  assert.deepEqual(message.content.map((block) => block.type), ["thinking", "text"]);
  assert.equal(message.content[1].text, "Therefore.");
  assert.equal(message.stop_reason, "end_turn");
  assert.ok(message.usage.output_tokens > 0);
});

test("a stream with calls", async () => {
  const stream = client.messages.stream({
    model,
    max_tokens,
    tools,
    messages: [user("two calls")],
  });
  const texts = [];
  stream.on("text", (delta) => texts.push(delta));
  const message = await stream.finalMessage();
  assert.equal(texts.join(""), "First:");
  assert.deepEqual(message.content.map((block) => block.type), ["text", "tool_use", "tool_use"]);
  assert.deepEqual(message.content.slice(1).map((block) => block.input), [{ a: 1 }, { a: 2 }]);
  assert.equal(message.stop_reason, "tool_use");
  assert.ok(message.usage.output_tokens > 0);
});

test("thinking, streamed and sent back", async () => {
  const stream = client.messages.stream({ model, max_tokens, messages: [user("think")] });
  const thinking = [];
  stream.on("thinking", (delta) => thinking.push(delta));
  const message = await stream.finalMessage();
  assert.equal(thinking.join(""), "I think.");
  const next = await client.messages.create({
    model,
    max_tokens,
    messages: [user("think"), { role: "assistant", content: message.content }, user("think")],
  });
  assert.equal(next.content.at(-1).text, "Therefore.");
});

test("the result of a tool", async () => {
  const first = await client.messages.create({
    model,
    max_tokens,
    tools,
    tool_choice: { type: "any" },
    messages: [user("call")],
  });
  const call = first.content.find((block) => block.type === "tool_use");
  assert.equal(call.name, "add");
  const second = await client.messages.create({
    model,
    max_tokens,
    tools,
    messages: [
      user("call"),
      { role: "assistant", content: first.content },
      user([{ type: "tool_result", tool_use_id: call.id, content: "done" }]),
    ],
  });
  assert.equal(second.content[0].text, "The tool said: done");
});

test("tokens", async () => {
  const count = await client.messages.countTokens({ model, messages: [user("hi")] });
  assert.ok(count.input_tokens > 0);
});

test("errors", async () => {
  await assert.rejects(
    client.messages.create({ model, max_tokens: 0, messages: [user("hi")] }),
    (error) => {
      assert.ok(error instanceof BadRequestError);
      assert.equal(error.error.error.type, "invalid_request_error");
      return true;
    },
  );
  await assert.rejects(client.messages.create({ model: "no", max_tokens, messages: [user("hi")] }), {
    status: 404,
  });
});
