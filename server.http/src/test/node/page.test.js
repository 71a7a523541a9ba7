// The web page in a real browser against a server with the demo model and a scripted one. A page
// that asks anything of another host, or logs an error, fails whichever test it was in.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { launch } from "./browser.js";

const base = process.env.BASE_URL;
const keyedBase = process.env.KEYED_URL;
const scene = process.env.SCENE;
const sceneAnswer =
  "The image shows a green circle in the top center, a red square in the top right and the number 400 in the center.";

let browser;
let context;
let trouble;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());
afterEach(async () => {
  await context?.close();
  assert.deepEqual(trouble, []);
});

/** The page in a new browser profile; `expected` are statuses whose log lines are no trouble. */
async function open({ url = base, expected = [], ...options } = {}) {
  trouble = [];
  context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.on("request", (request) => {
    const at = new URL(request.url());
    if (at.protocol !== "data:" && at.origin !== new URL(url).origin) trouble.push(request.url());
  });
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("console", (message) => {
    const isExpected = expected.some((status) => message.text().includes(`status of ${status}`));
    if (message.type() === "error" && !isExpected) trouble.push(message.text());
  });
  await page.goto(url);
  return page;
}

const button = (page, name) => page.getByRole("button", { name, exact: true });
const answers = (page) => page.getByRole("article", { name: /^Answer of/ });
const choose = (page, model) => page.getByLabel("Model", { exact: true }).selectOption(model);

async function send(page, text) {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await button(page, "Send").click();
}

/** Sends to the scripted model and waits until its answer has ended. */
async function ask(page, text) {
  await choose(page, "scripted");
  const count = await answers(page).count();
  await send(page, text);
  await button(page, "Answer again").nth(count).waitFor();
  return answers(page).nth(count);
}

/** Pastes or drags the scene; real ones need a desktop. */
function give(page, kind, type, selector) {
  const file = readFileSync(scene).toString("base64");
  return page.evaluate(
    ([base64, kind, type, selector]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], `${type}.png`, { type: "image/png" }));
      const init = { bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data };
      document.querySelector(selector).dispatchEvent(new window[kind](type, init));
    },
    [file, kind, type, selector],
  );
}

const paste = (page, target) => give(page, "ClipboardEvent", "paste", target);
const drag = (page, type, target) => give(page, "DragEvent", type, target);

async function check(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    [],
  );
}

async function fitsItsWidth(page) {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    innerWidth,
  ]);
  assert.ok(content <= window, `${content} px are wider than ${window} px`);
}

test("a picture is uploaded and described by the demo model", async () => {
  const page = await open();
  await choose(page, "tiny-internvl2");
  await page.getByLabel("Image files").setInputFiles(scene);
  await page.getByRole("img", { name: "scene.png" }).waitFor();
  await send(page, "Describe this image.");
  // the first answer of a process also waits for the compiler
  await page.getByText(sceneAnswer).waitFor({ timeout: 90_000 });
  const figures = await page.locator(".figures").textContent();
  assert.match(figures, /^\d+ tokens · [\d.,]+ tokens\/s · first after [\d.]+ m?s · tiny-internvl2$/);
  // it is kept
  await page.reload();
  await button(page, "Describe this image.").first().click();
  await page.getByText(sceneAnswer).waitFor();
  await page.getByRole("img", { name: "scene.png" }).waitFor();
});

test("pictures are pasted, dropped, scaled down and removed", async () => {
  const page = await open();
  await paste(page, "#message");
  await page.getByRole("img", { name: "paste.png" }).waitFor();
  await drag(page, "dragover", "main");
  await page.getByText("Drop the images here").waitFor();
  await drag(page, "drop", "main");
  await page.getByRole("img", { name: "drop.png" }).waitFor();
  await button(page, "Remove paste.png").click();
  assert.equal(await page.getByRole("img", { name: "paste.png" }).count(), 0);
  const wide = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(5000, 40);
    canvas.getContext("2d").fillRect(0, 0, 50, 40);
    const blob = await canvas.convertToBlob();
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  await page
    .getByLabel("Image files")
    .setInputFiles({ name: "wide.png", mimeType: "image/png", buffer: Buffer.from(wide) });
  await page.getByText("Scaled down from 5000 × 40 to 4096 × 33").waitFor();
  await page
    .getByLabel("Image files")
    .setInputFiles({ name: "text.png", mimeType: "image/png", buffer: Buffer.from("no image") });
  await page.getByText("“text.png” is not a picture that this browser can read.").waitFor();
  const request = page.waitForRequest("**/v1/chat/completions");
  await ask(page, "two pictures");
  const { content } = (await request).postDataJSON().messages.at(-1);
  assert.deepEqual(
    content.map(({ type }) => type),
    ["image_url", "image_url", "text"],
  );
});

test("text streams and is stopped by the button and by Escape", async () => {
  const page = await open();
  await choose(page, "scripted");
  const ways = [() => button(page, "Stop").click(), () => page.keyboard.press("Escape")];
  for (const [index, stop] of ways.entries()) {
    await send(page, "endless");
    await answers(page).nth(index).getByText("It goes on and on").waitFor();
    assert.equal(await button(page, "Send").count(), 0);
    await stop();
    await answers(page).nth(index).locator(".figures", { hasText: "stopped" }).waitFor();
    await button(page, "Send").waitFor();
  }
});

test("answered again, edited, several chats, renamed and deleted", async () => {
  const page = await open();
  await ask(page, "first");
  await button(page, "Answer again").click();
  await page.getByText("You said: first").waitFor();
  assert.equal(await answers(page).count(), 1);
  await page.getByRole("article", { name: "You" }).hover();
  await button(page, "Edit the message").click();
  await page.getByLabel("Edit the message").last().fill("second");
  await page.keyboard.press("Enter");
  await page.getByText("You said: second").waitFor();
  assert.equal(await page.getByText("first", { exact: true }).count(), 0);
  await button(page, "New chat").click();
  await ask(page, "another chat");
  const list = page.getByRole("navigation", { name: "Kept chats" }).getByRole("listitem");
  assert.deepEqual(await list.locator(".chat-title").allTextContents(), ["another chat", "second"]);
  await list.nth(1).hover();
  await button(page, "Rename “second”").click();
  await page.getByLabel("Name of the chat").fill("the first one");
  await page.keyboard.press("Enter");
  await button(page, "the first one").click();
  await page.getByText("You said: second").waitFor();
  await button(page, "Delete “the first one”").click();
  await button(page, "Delete").click();
  await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
  await page.reload();
  assert.deepEqual(await list.locator(".chat-title").allTextContents(), ["another chat"]);
});

test("settings have effect, are kept, and are named as presets", async () => {
  const page = await open();
  const settings = page.getByRole("complementary", { name: "Settings" });
  await button(page, "Settings").click();
  await settings.getByLabel("Temperature", { exact: true }).fill("0.25");
  await settings.getByLabel("Top k").fill("3");
  await settings.getByLabel("Seed").fill("7");
  await settings.getByLabel("System prompt").fill("Be brief.");
  await button(settings, "Save as…").click();
  await settings.getByLabel("Name of the preset").fill("careful");
  await button(settings, "Save").click();
  const request = page.waitForRequest("**/v1/chat/completions");
  const answer = await ask(page, "config");
  assert.match(await answer.textContent(), /temperature 0\.25, top_k 3, seed 7/);
  const { messages, stream_options, max_tokens } = (await request).postDataJSON();
  assert.deepEqual(messages[0], { role: "system", content: "Be brief." });
  assert.deepEqual(stream_options, { include_usage: true });
  assert.equal(max_tokens, undefined);
  await settings.getByRole("button", { name: "The model’s own settings" }).click();
  assert.equal(await settings.getByLabel("Seed").inputValue(), "");
  await page.reload();
  await button(page, "Settings").click();
  await settings.getByLabel("Preset").selectOption("careful");
  assert.equal(await settings.getByLabel("Seed").inputValue(), "7");
  await check(page);
});

test("Markdown is rendered and code is copied", async () => {
  const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
  const answer = await ask(page, "markdown");
  await answer.getByRole("heading", { name: "Sorting a list" }).waitFor();
  assert.equal(await answer.locator("th").count(), 3);
  assert.equal(await answer.locator("td[align=right]").count(), 2);
  assert.equal(await answer.locator("input[type=checkbox]").count(), 1);
  assert.ok((await answer.locator("pre .hljs-keyword, pre .hljs-type").count()) > 0);
  const link = answer.getByRole("link", { name: "documentation" });
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
  await button(answer, "Copy").click();
  await button(answer, "Copied").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(copied.startsWith("List<String> names"), copied);
  await check(page);
});

test("what a hostile model writes is harmless", async () => {
  const page = await open();
  const answer = await ask(page, "hostile");
  for (const link of await answer.getByRole("link").all()) await link.hover();
  await answer.locator(".code").hover();
  await answer.getByText("end of it").waitFor(); // the style did not hide it
  assert.equal(await page.evaluate(() => window.harmed), undefined);
  assert.equal(await answer.locator("script, img, iframe, style, svg[onload]").count(), 0);
  const links = await answer
    .locator("a[href]")
    .evaluateAll((all) => all.map((each) => each.protocol));
  assert.ok(links.length > 0 && links.every((protocol) => /^https?:$/.test(protocol)), `${links}`);
  assert.match(await answer.textContent(), /<script>window\.harmed = 1<\/script>/);
});

test("reasoning is folded, tool calls are shown", async () => {
  const page = await open();
  const deltas = [
    { reasoning_content: "First I " },
    { reasoning_content: "think." },
    { content: "Then I call." },
    { tool_calls: [{ index: 0, id: "a", function: { name: "weather", arguments: '{"ci' } }] },
    { tool_calls: [{ index: 0, function: { arguments: 'ty":"Oslo"}' } }] },
  ];
  const events = [
    ...deltas.map((delta) => JSON.stringify({ choices: [{ index: 0, delta }] })),
    "[DONE]",
  ];
  await page.route("**/v1/chat/completions", (route) =>
    route.fulfill({
      contentType: "text/event-stream",
      body: events.map((event) => `data: ${event}\n\n`).join(""),
    }),
  );
  const answer = await ask(page, "tools");
  const thought = answer.getByText("First I think.");
  assert.equal(await thought.isVisible(), false);
  await answer.getByText("Reasoning", { exact: true }).click();
  assert.equal(await thought.isVisible(), true);
  assert.match(await answer.textContent(), /Calls weather\{\s*"city": "Oslo"\s*\}/);
  await check(page);
});

test("errors are shown as the server says them", async () => {
  const page = await open({ expected: [400] });
  await button(page, "Settings").click();
  await page.getByLabel("Temperature", { exact: true }).fill("9");
  let answer = await ask(page, "config");
  const alert = answer.getByRole("alert");
  assert.match(await alert.textContent(), /temperature.*9.*invalid_request_error · field temperature · status 400 · request /s);
  await page.getByLabel("Temperature", { exact: true }).fill("");
  answer = await ask(page, "break");
  assert.match(await answer.textContent(), /^So far\s*the device is gone.*device_failure/);
  await check(page);
});

test("a model without images, and none at all", async () => {
  const page = await open();
  let data = [];
  await page.route("**/v1/models", (route) => route.fulfill({ json: { object: "list", data } }));
  await page.reload();
  await page.getByText("No model is loaded yet.").waitFor();
  assert.equal(await button(page, "Send").isDisabled(), true);
  data = [{ id: "text-only", object: "model", input_modalities: ["text"] }];
  await page.getByText("text-only answers questions about text.").waitFor();
  assert.equal(await button(page, "Add images").count(), 0);
  await paste(page, "#message");
  await page.getByRole("alert").getByText("text-only takes text only").waitFor();
});

test("a question without an answer is not sent again", async () => {
  const page = await open({ expected: [400] });
  await choose(page, "scripted");
  await button(page, "Settings").click();
  await page.getByLabel("Temperature", { exact: true }).fill("9");
  await ask(page, "refused");
  await page.getByLabel("Temperature", { exact: true }).fill("1");
  await ask(page, "one");
  const request = page.waitForRequest("**/v1/chat/completions");
  await ask(page, "two");
  const { messages } = (await request).postDataJSON();
  assert.deepEqual(
    messages.map(({ role, content }) => `${role}: ${content}`),
    ["user: one", "assistant: You said: one", "user: two"],
  );
});

test("a server with keys asks for one", async () => {
  const page = await open({ url: keyedBase, expected: [401] });
  const dialog = page.getByRole("dialog", { name: "API key" });
  await dialog.getByLabel("Key", { exact: true }).fill("wrong");
  await button(dialog, "Use this key").click();
  await dialog.getByText("the API key is wrong").waitFor();
  await check(page);
  await dialog.getByLabel("Key", { exact: true }).fill("secret");
  await page.keyboard.press("Enter");
  await send(page, "hello");
  await page.getByText("You said: hello").waitFor();
});

test("light and dark, by the system and by the switch", async () => {
  const page = await open({ colorScheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await ground();
  await ask(page, "markdown");
  await check(page);
  await page.emulateMedia({ colorScheme: "light" });
  const light = await ground();
  assert.notEqual(dark, light);
  await page.getByRole("button", { name: /^Theme: as the system/ }).click();
  await page.getByRole("button", { name: /^Theme: light/ }).click();
  assert.equal(await ground(), dark);
  await page.reload();
  assert.equal(await ground(), dark);
  await page.getByRole("button", { name: /^Theme: dark/ }).waitFor();
});

test("a phone that is 360 px wide", async () => {
  const page = await open({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await check(page);
  await fitsItsWidth(page);
  await ask(page, "markdown");
  await ask(page, "x".repeat(300));
  await fitsItsWidth(page);
  await button(page, "Take a photo").waitFor();
  await button(page, "Settings").tap();
  await page.getByLabel("Temperature", { exact: true }).waitFor();
  await fitsItsWidth(page);
  await check(page);
  await button(page, "Close the settings").tap();
  await button(page, "Show the chats").tap();
  await button(page, "markdown").waitFor();
  await check(page);
  await page.getByRole("button", { name: "API", exact: true }).tap();
  await page.getByRole("dialog").getByText("chat/completions").waitFor();
  await fitsItsWidth(page);
  await check(page);
});
