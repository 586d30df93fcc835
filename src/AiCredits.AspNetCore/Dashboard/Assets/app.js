import { clearCharts } from "./charts.js";
import { h } from "./dom.js";
import { accounts } from "./accounts.js";
import { account, receipt } from "./account.js";
import { catalog } from "./catalog.js";
import { holds } from "./holds.js";
import { integrity } from "./integrity.js";
import { overview } from "./overview.js";
import { purchase, purchases } from "./purchases.js";

// A view is a function that gives its title and its content, and may be asked again: after an act, or when it failed.

const main = document.getElementById("main");
let current = 0;

const routes = [
  [/^\/$/, "overview", overview],
  [/^\/accounts$/, "accounts", accounts],
  [/^\/accounts\/([^/]+)$/, "accounts", account],
  [/^\/accounts\/([^/]+)\/generations\/([^/]+)$/, "accounts", receipt],
  [/^\/purchases$/, "purchases", purchases],
  [/^\/purchases\/([^/]+)$/, "purchases", purchase],
  [/^\/holds$/, "holds", holds],
  [/^\/integrity$/, "integrity", integrity],
  [/^\/catalog$/, "catalog", catalog],
];

/** Shows what the address names. */
async function show(moved) {
  const turn = ++current;
  const [path, query = ""] = (location.hash.slice(1) || "/").split("?");
  const [pattern, name, view] = routes.find(([route]) => route.test(path)) ?? [];
  for (const link of document.querySelectorAll("nav a")) {
    link.toggleAttribute("aria-current", link.dataset.view === name);
    if (link.dataset.view === name) {
      link.setAttribute("aria-current", "page");
    }
  }

  if (moved) {
    clearCharts();
    main.replaceChildren(h("p", { class: "loading", role: "status" }, "Loading …"));
    scrollTo(0, 0);
  }

  let title;
  let content;
  try {
    if (!view) {
      throw new Error("There is no such page. Choose one above.");
    }

    const names = pattern.exec(path).slice(1).map(decodeURIComponent);
    ({ title, content } = await view({ names, query: new URLSearchParams(query), again: () => show(false) }));
  } catch (error) {
    title = "That did not work";
    content = h("section", { class: "card fault", role: "alert" },
      h("h1", { tabindex: -1 }, title),
      h("p", {}, error.message),
      h("button", { type: "button", onclick: () => show(true) }, "Try again"));
  }

  // Whoever has gone on meanwhile does not want to come back.
  if (turn !== current) {
    return;
  }

  if (!moved) {
    clearCharts();
  }

  document.title = `${title} – Credits`;
  main.replaceChildren(content);
  if (moved) {
    (main.querySelector("h1") ?? main).focus({ preventScroll: true });
  }

  document.documentElement.dataset.ready = "true";
}

addEventListener("hashchange", () => show(true));
document.querySelector(".skip").addEventListener("click", event => {
  // The address is the dashboard's own, so the link can't move it.
  event.preventDefault();
  main.focus();
});
show(true);
