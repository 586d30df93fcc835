import { get } from "./api.js";
import { h, table, tag } from "./dom.js";
import { amount, span, time } from "./format.js";
import { openAct } from "./acts.js";

/** What is set aside on all accounts, oldest first. */
export async function holds({ again }) {
  const first = await get("/holds", {});
  const items = [];
  const list = h("div", {});
  const more = h("button", { type: "button", hidden: true }, "Show younger ones");
  const add = page => {
    items.push(...page.items);
    list.replaceChildren(items.length === 0 ? h("p", { class: "empty" }, "No generation is running.") : holdTable(items, again));
    more.hidden = page.nextCursor === null;
    more.onclick = async () => add(await get("/holds", { cursor: page.nextCursor }));
  };
  add(first);
  return {
    title: "Open holds",
    content: h("div", { class: "stack" },
      h("div", { class: "head" }, h("div", {}, h("h1", { tabindex: -1 }, "Open holds"), h("p", {}, "Credits set aside for generations that still run, oldest first. Each ends by itself when its lease is over."))),
      h("section", { class: "card" }, list, h("div", { class: "row" }, more))),
  };
}

export function holdTable(items, again, withAccount = true) {
  const begin = (name, hold) => openAct(name, { account: hold.account, generationId: hold.id, amount: hold.amount, done: again });
  return table("Open holds", [
    { title: "Generation", head: true, cell: hold => h("a", { class: "id", href: `#/accounts/${encodeURIComponent(hold.account)}/generations/${hold.id}` }, hold.id) },
    ...(withAccount ? [{ title: "Account", cell: hold => h("a", { class: "id", href: `#/accounts/${encodeURIComponent(hold.account)}` }, hold.account) }] : []),
    { title: "Model", cell: hold => hold.model, class: "nowrap" },
    { title: "Held", num: true, cell: hold => amount(hold.amount) },
    { title: "Age", num: true, cell: hold => hold.ageSeconds > 3_600 ? tag(span(hold.ageSeconds), "warn") : span(hold.ageSeconds) },
    { title: "Ends by itself", cell: hold => `${time(hold.expiresAt)}, ${hold.onExpiry === "capture" ? "taken" : "given back"}`, class: "when" },
    { title: "Act", cell: hold => h("span", { class: "row" },
      h("button", { type: "button", class: "small", "aria-label": `Release hold ${hold.id}`, onclick: () => begin("release", hold) }, "Release"),
      h("button", { type: "button", class: "small", "aria-label": `Capture hold ${hold.id}`, onclick: () => begin("capture", hold) }, "Capture")) },
  ], items);
}
