// The openai client's tools, reasoning and responses against a server whose model answers by a script:
// BASE_URL=http://127.0.0.1:23333/v1 node --test tools.test.js
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI, { BadRequestError } from "openai";

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: "none", maxRetries: 0 });
const model = "fake";
const parameters = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] };
const tools = [{ type: "function", function: { name: "add", description: "adds", parameters } }];
const functions = [{ type: "function", name: "add", description: "adds", parameters, strict: true }];
const user = (content) => ({ role: "user", content });

test("a call", async () => {
  const answer = await client.chat.completions.create({ model, messages: [user("call")], tools });
  const [choice] = answer.choices;
  assert.equal(choice.finish_reason, "tool_calls");
  assert.equal(choice.message.content, null);
  const [call] = choice.message.tool_calls;
  assert.equal(call.type, "function");
  assert.equal(call.function.name, "add");
  assert.deepEqual(JSON.parse(call.function.arguments), { a: 1, s: "é 😀 }" });
});

test("calls, streamed", async () => {
  const runner = client.chat.completions.stream({ model, messages: [user("two calls")], tools });
  const deltas = [];
  runner.on("tool_calls.function.arguments.delta", (event) => deltas.push(event.arguments_delta));
  const final = await runner.finalChatCompletion();
  const { tool_calls: calls, content } = final.choices[0].message;
  assert.equal(content, "First:");
  assert.deepEqual(calls.map((call) => call.function.name), ["add", "add"]);
  assert.equal(deltas.join(""), calls.map((call) => call.function.arguments).join(""));
  assert.notEqual(calls[0].id, calls[1].id);
  assert.equal(final.choices[0].finish_reason, "tool_calls");
});

test("the client runs the tools", async () => {
  const asked = [];
  const runner = client.chat.completions.runTools({
    model,
    messages: [user("call")],
    tools: [
      {
        type: "function",
        function: {
          name: "add",
          parameters,
          parse: JSON.parse,
          function: ({ a }) => {
            asked.push(a);
            return "done";
          },
        },
      },
    ],
  });
  assert.equal(await runner.finalContent(), "The tool said: done");
  assert.deepEqual(asked, [1]);
});

test("reasoning", async () => {
  const answer = await client.chat.completions.create({ model, messages: [user("think")] });
  assert.equal(answer.choices[0].message.reasoning_content, "I think.");
  assert.equal(answer.choices[0].message.content, "Therefore.");
  assert.ok(answer.usage.completion_tokens_details.reasoning_tokens > 0);
});

test("wrong tools", async () => {
  const wrong = [{ type: "function", function: { name: "a b" } }];
  await assert.rejects(
    client.chat.completions.create({ model, messages: [user("call")], tools: wrong }),
    (error) => error instanceof BadRequestError && error.param === "tools[0].function.name",
  );
});

test("a response", async () => {
  const response = await client.responses.create({ model, input: "think", instructions: "short" });
  assert.equal(response.output_text, "Therefore.");
  assert.deepEqual(response.output.map((item) => item.type), ["reasoning", "message"]);
  assert.equal(response.usage.total_tokens, response.usage.input_tokens + response.usage.output_tokens);
});

test("a response, streamed by the client's helper", async () => {
  const stream = client.responses.stream({ model, input: "two calls", tools: functions });
  const events = [];
  for await (const event of stream) events.push(event);
  assert.deepEqual(events.map((event) => event.sequence_number), [...events.keys()]);
  assert.equal(events.at(-1).type, "response.completed");
  const final = await stream.finalResponse();
  assert.equal(final.output_text, "First:");
  const calls = final.output.filter((item) => item.type === "function_call");
  assert.deepEqual(calls.map((call) => JSON.parse(call.arguments)), [{ a: 1 }, { a: 2 }]);
});

test("a response after the result of a tool", async () => {
  const first = await client.responses.create({ model, input: "call", tools: functions });
  const call = first.output.find((item) => item.type === "function_call");
  const second = await client.responses.create({
    model,
    tools: functions,
    input: [
      { role: "user", content: "call" },
      ...first.output,
      { type: "function_call_output", call_id: call.call_id, output: "done" },
    ],
  });
  assert.equal(second.output_text, "The tool said: done");
});

test("stored state is refused", async () => {
  await assert.rejects(
    client.responses.create({ model, input: "x", previous_response_id: "resp_1" }),
    (error) => error instanceof BadRequestError && error.param === "previous_response_id",
  );
});
