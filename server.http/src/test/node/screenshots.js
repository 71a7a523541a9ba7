// Takes the pictures of docs/web-page.md: node screenshots.js URL SCENE FOLDER, where a server with the demo
// model runs at URL.
import { join } from "node:path";
import { launch } from "./browser.js";

const [url, scene, folder] = process.argv.slice(2);
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const browser = await launch();
for (const colorScheme of ["light", "dark"]) {
  for (const [name, device] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    const context = await browser.newContext({ ...device, colorScheme, reducedMotion: "reduce" });
    context.setDefaultTimeout(120_000); // the first answers of a server take long
    const page = await context.newPage();
    await page.goto(url);
    if (name === "desktop") await talk(page, "Read the number.");
    await talk(page, "Describe this image.", "How many shapes are there?");
    if (name === "desktop" && colorScheme === "dark") {
      await page.getByRole("button", { name: "Settings", exact: true }).click();
      await page.getByLabel("Temperature", { exact: true }).fill("0.2");
    }
    await page.evaluate(() => document.activeElement?.blur());
    await page.screenshot({ path: join(folder, `web-page-${name}-${colorScheme}.png`) });
    await context.close();
  }
}
await browser.close();

/** A new chat about the scene. */
async function talk(page, ...questions) {
  await page.getByRole("button", { name: "New chat" }).first().click();
  await page.getByLabel("Image files").setInputFiles(scene);
  for (const [index, question] of questions.entries()) {
    await page.getByLabel("Message", { exact: true }).fill(question);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("button", { name: "Answer again" }).nth(index).waitFor();
  }
}
