// The description of the server, read by an independent parser, and the server's answers held against it.
import assert from "node:assert/strict";
import { test } from "node:test";
import SwaggerParser from "@apidevtools/swagger-parser";
import Ajv2020 from "ajv/dist/2020.js";

const base = process.env.BASE_URL;
const description = await (await fetch(`${base}/openapi.json`)).json();
const api = await SwaggerParser.validate(structuredClone(description));
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });

function fits(schema, value, what) {
  const validate = ajv.compile(schema);
  assert.ok(validate(value), `${what}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(value)}`);
}

function answerOf(path, method = "post") {
  return api.paths[path][method].responses["200"].content;
}

async function post(path, body) {
  const request = api.paths[path].post.requestBody.content["application/json"].schema;
  fits(request, body, `the request of ${path}`);
  return fetch(base + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

const messages = [
  { role: "system", content: "Be short." },
  { role: "user", content: [{ type: "text", text: "hi" }] },
];

const questions = [
  ["/v1/chat/completions", { messages, logprobs: true, top_logprobs: 1, temperature: 0.5 }],
  ["/v1/chat/completions", { messages: "hi", n: 2, stop: ["x"], logit_bias: { 5: -1.5 } }],
  ["/v1/completions", { prompt: ["a", [65, 66]], echo: true, max_tokens: 3 }],
  ["/v1/messages", { max_tokens: 5, messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }] }],
  ["/v1/messages/count_tokens", { messages: [{ role: "user", content: "hi" }] }],
  ["/v1/encode", { input: "hi" }],
  ["/v1/encode", { input: ["hi", "you"], add_bos: false }],
  ["/tokenize", { prompt: "hi", return_token_strs: true }],
  ["/detokenize", { tokens: [65] }],
];

for (const [path, body] of questions) {
  test(`the answer of ${path} to ${JSON.stringify(body)} is as described`, async () => {
    const reply = await post(path, body);
    assert.equal(reply.status, 200);
    fits(answerOf(path)["application/json"].schema, await reply.json(), path);
  });
}

for (const [path, body] of questions.filter(([path]) => "text/event-stream" in answerOf(path))) {
  test(`the events of ${path} to ${JSON.stringify(body)} are as described`, async () => {
    const usage = path === "/v1/messages" ? {} : { stream_options: { include_usage: true } };
    const reply = await post(path, { ...body, stream: true, ...usage });
    const lines = (await reply.text()).split("\n").filter((line) => line.startsWith("data: "));
    if (path !== "/v1/messages") {
      assert.equal(lines.pop(), "data: [DONE]");
    }
    assert.ok(lines.length > 1);
    for (const line of lines) {
      fits(answerOf(path)["text/event-stream"].schema, JSON.parse(line.slice(6)), path);
    }
  });
}

test("what is asked without a body is answered as described", async () => {
  for (const path of ["/health", "/v1/models", "/anthropic/v1/models"]) {
    fits(answerOf(path, "get")["application/json"].schema, await (await fetch(base + path)).json(), path);
  }
});

test("an error is as described", async () => {
  const reply = await fetch(`${base}/v1/models/none`);
  assert.equal(reply.status, 404);
  const schema = api.paths["/v1/models/{name}"].get.responses.default.content["application/json"].schema;
  fits(schema, await reply.json(), "the error");
  const refused = await fetch(`${base}/v1/messages`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  const other = api.paths["/v1/messages"].post.responses.default.content["application/json"].schema;
  fits(other, await refused.json(), "the error of /v1/messages");
});

test("a request that the description forbids is refused", async () => {
  for (const wrong of [{ temperature: 3 }, { n: 0 }, { strange: 1 }, { stop: 5 }, { top_logprobs: -1 }]) {
    const schema = api.paths["/v1/chat/completions"].post.requestBody.content["application/json"].schema;
    assert.ok(!ajv.compile(schema)({ messages: "hi", ...wrong }), JSON.stringify(wrong));
    const reply = await fetch(`${base}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: "hi", ...wrong }),
    });
    assert.equal(reply.status, 400, JSON.stringify(wrong));
  }
});
