// The API guide: sends the calls, and copies the code.

import { client } from "/api/credits/ui/aicredits.js";
import { call, describeAnswer } from "./api.js";
import { say } from "./dom.js";
import { start } from "./page.js";

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  if (button.getAttribute("aria-disabled") === "true") {
    return;
  }

  const { method, path, headers } = form.dataset;
  button.setAttribute("aria-disabled", "true");
  const answer = await call(method, path, form.elements.body?.value, JSON.parse(headers));
  button.setAttribute("aria-disabled", "false");
  form.querySelector("[data-heading]").textContent = "The answer of this site";
  form.querySelector("[data-answer]").textContent = describeAnswer(answer);
  say(`The answer is ${answer.status}.`);
  if (method !== "GET") {
    await client.refresh();
  }
}

async function copy(button) {
  const shown = [...button.closest(".code").querySelectorAll("[data-language]")].find((panel) => panel.checkVisibility());
  let done = "Copied";
  try {
    await navigator.clipboard.writeText(shown.textContent);
  } catch {
    // Browsers allow it on https and localhost only, and may ask.
    getSelection().selectAllChildren(shown);
    done = "Selected";
  }
  button.textContent = done;
  say(`${done}.`);
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

/** Who has chosen a language wants it everywhere. */
function choose(language) {
  for (const radio of document.querySelectorAll(`.languages input[value=${language}]`)) {
    radio.checked = true;
  }
}

const steps = document.querySelector(".steps");
steps.addEventListener("submit", send);
steps.addEventListener("click", ({ target }) => target.matches("[data-copy]") && copy(target));
steps.addEventListener("change", ({ target }) => {
  if (target.matches("[type=radio]")) {
    const top = target.getBoundingClientRect().top;
    choose(target.value);
    localStorage.setItem("language", target.value);
    // Code above may be longer or shorter now: what was clicked stays where it was.
    scrollBy(0, target.getBoundingClientRect().top - top);
  }
});
const language = localStorage.getItem("language");
if (["csharp", "js", "sh"].includes(language)) {
  choose(language);
}

start();
