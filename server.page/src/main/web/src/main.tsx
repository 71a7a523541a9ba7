import { effect } from "@preact/signals";
import { render } from "preact";
import "./styles/all.css";
import { App } from "./parts/App";
import { current, loadHeadings } from "./state/chats";
import { refreshModels } from "./state/models";

const place = document.getElementById("page");
if (!place) throw new Error("index.html has no place for the page");
render(<App />, place);
effect(() => {
  document.title = current.value ? `${current.value.title} · LMDeploy` : "LMDeploy for Java";
});
void loadHeadings();
void refreshModels();
