import { get } from "./api.js";
import { h, table, tag } from "./dom.js";
import { amount, time } from "./format.js";

/** Accounts by the start of their ids. */
export async function accounts({ query }) {
  const search = query.get("search") ?? "";
  const first = await get("/accounts", { search });
  const box = h("input", { type: "search", name: "search", value: search, autocomplete: "off", spellcheck: "false" });
  const list = h("div", {});
  const items = [];
  const more = h("button", { type: "button", hidden: true }, "Show more");
  const add = page => {
    items.push(...page.items);
    list.replaceChildren(items.length === 0 ? h("p", { class: "empty" }, search ? "No account starts like this. Ids are compared exactly, in upper and lower case." : "Nobody has used credits yet.") : accountTable(items));
    more.hidden = page.nextCursor === null;
    more.onclick = async () => add(await get("/accounts", { search, cursor: page.nextCursor }));
  };
  add(first);
  return {
    title: "Accounts",
    content: h("div", { class: "stack" },
      h("div", { class: "head" }, h("div", {}, h("h1", { tabindex: -1 }, "Accounts"), h("p", {}, "Look one up by its id, or by how its id starts."))),
      h("form", { class: "search", role: "search", onsubmit: event => { event.preventDefault(); location.hash = `/accounts?${new URLSearchParams({ search: box.value })}`; } },
        h("label", {}, "Account id", box),
        h("button", { class: "primary" }, "Look up")),
      h("section", { class: "card" }, list, h("div", { class: "row" }, more))),
  };
}

function accountTable(items) {
  return table("Accounts", [
    { title: "Account", head: true, cell: item => h("a", { class: "id", href: `#/accounts/${encodeURIComponent(item.id)}` }, item.id) },
    { title: "Can be spent", num: true, cell: item => amount(item.available) },
    { title: "Held", num: true, cell: item => amount(item.held) },
    { title: "Spent", num: true, cell: item => amount(item.spent) },
    { title: "State", cell: item => [item.frozen ? tag("frozen", "warn") : null, item.debt > 0 ? tag(`owes ${amount(item.debt)}`, "bad") : null, !item.frozen && item.debt === 0 ? tag("open", "good") : null] },
    { title: "Last entry", cell: item => time(item.lastAt), class: "when" },
  ].map(column => column.title === "State" ? { ...column, cell: item => h("span", { class: "row" }, column.cell(item)) } : column), items);
}
