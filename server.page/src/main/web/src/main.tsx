import { render } from "preact";
import "./styles/all.css";
import { App } from "./parts/App";
import { loadHeadings } from "./state/chats";
import { refreshModels } from "./state/models";

const place = document.getElementById("page");
if (!place) throw new Error("index.html has no place for the page");
render(<App />, place);
void loadHeadings();
void refreshModels();
