import { address, get } from "./api.js";
import { entryTable, facts } from "./account.js";
import { openAct } from "./acts.js";
import { h, table, tag } from "./dom.js";
import { amount, money, time, words } from "./format.js";

const kinds = { delivered: "good", paid: "warn", partlyRefunded: "warn", disputed: "bad", failed: "bad" };
const filters = [["", "All"], ["attention", "Need attention"], ["pending", "Pending"], ["delivered", "Delivered"], ["partlyRefunded,refunded", "Refunded"], ["failed,expired", "Came to nothing"]];

/** What was sold, newest first. */
export async function purchases({ query }) {
  const [show, account] = [query.get("show") ?? "", query.get("account") ?? ""];
  const search = { account, ...(show === "attention" ? { attention: true } : { status: show }) };
  const go = change => location.hash = `/purchases?${new URLSearchParams({ show, account, ...change })}`;
  const box = h("input", { type: "search", name: "account", value: account, autocomplete: "off", spellcheck: "false" });
  const first = await get("/purchases", search);
  const items = [];
  const list = h("div", {});
  const more = h("button", { type: "button", hidden: true }, "Show older ones");
  const add = page => {
    items.push(...page.items);
    list.replaceChildren(items.length === 0 ? h("p", { class: "empty" }, "There is no such purchase.") : purchaseTable(items));
    more.hidden = page.nextCursor === null;
    more.onclick = async () => add(await get("/purchases", { ...search, cursor: page.nextCursor }));
  };
  add(first);
  const download = (format, text) => h("a", { class: "button small", href: address("/purchases", { ...search, format }), download: true }, text);
  return {
    title: "Purchases",
    content: h("div", { class: "stack" },
      h("div", { class: "head" }, h("div", {}, h("h1", { tabindex: -1 }, "Purchases"), h("p", {}, "Newest first. Those that are paid and not delivered, or disputed, need attention."))),
      h("div", { class: "row", role: "group", "aria-label": "Which purchases" }, filters.map(([name, text]) =>
        h("button", { type: "button", class: name === show ? "small primary" : "small", "aria-pressed": String(name === show), onclick: () => go({ show: name }) }, text))),
      h("form", { class: "search", role: "search", onsubmit: event => { event.preventDefault(); go({ account: box.value }); } },
        h("label", {}, "Account id", box),
        h("button", { class: "primary" }, "Show")),
      h("section", { class: "card" }, h("div", { class: "row" }, download("csv", "As CSV"), download("jsonl", "As JSON Lines")), list, h("div", { class: "row" }, more))),
  };
}

/** One purchase: its facts, what it granted, what was done to the account, and the refund. */
export async function purchase({ names: [id], again }) {
  const { purchase: item, providerInUse, grants, refunds, entries } = await get(`/purchases/${encodeURIComponent(id)}`);
  const paid = value => money(value, item.totalCurrency ?? item.currency);
  return {
    title: `Purchase of ${item.account}`,
    content: h("div", { class: "stack" },
      h("div", { class: "head" },
        h("div", {}, h("p", { class: "crumb" }, h("a", { href: "#/purchases" }, "Purchases"), " / ", h("a", { href: `#/accounts/${encodeURIComponent(item.account)}` }, item.account)), h("h1", { tabindex: -1 }, `${item.packName} `, status(item)), h("p", { class: "id" }, item.id)),
        item.refundable > 0 && providerInUse
          ? h("button", { type: "button", class: "danger", onclick: () => openAct("refund-purchase", { account: item.account, purchaseId: item.id, refundable: item.refundable, currency: item.totalCurrency, done: again }) }, "Refund")
          : null),
      item.fault ? h("p", { class: "banner" }, item.fault) : null,
      item.status === "disputed" ? h("p", { class: "banner" }, `The bank disputes ${paid(item.disputed)}. What was left of the credits is taken until that is decided; answer it at the provider.`) : null,
      !providerInUse ? h("p", { class: "banner" }, `The money was taken by ${item.provider}, through which the app no longer sells. Refund it there, then revoke the grants.`) : null,
      h("section", { class: "card" }, facts([
        ["Agreed", `${money(item.price, item.currency)} for ${amount(item.credits)} credits, ${amount(item.bonusCredits)} of them a bonus`],
        ["Paid", item.total === null ? "nothing yet" : `${paid(item.total)} in all`],
        ["Refunded", item.refunded > 0 ? paid(item.refunded) : null],
        ["Disputed", item.disputed > 0 ? paid(item.disputed) : null],
        ["Lost to disputes", item.disputesLost > 0 ? paid(item.disputesLost) : null],
        ["Can be refunded", paid(item.refundable)],
        ["Credits taken back", amount(item.creditsTaken)],
        ["Begun", time(item.createdAt)],
        ["Paid at", item.paidAt ? time(item.paidAt) : null],
        ["Delivered", item.deliveredAt ? time(item.deliveredAt) : null],
        ["Last change", time(item.changedAt)],
        ["Provider", item.provider],
        ["Checkout", item.checkoutId],
        ["Payment", item.paymentId],
        ["Customer", item.customerId],
        ["Receipt", /^https?:/.test(item.receiptUrl ?? "") ? h("a", { href: item.receiptUrl, rel: "noreferrer noopener", target: "_blank" }, "At the provider") : null],
      ])),
      refunds.length > 0 ? h("section", { class: "card" }, h("h2", {}, "Refunds ordered here"), table("Refunds ordered here", [
        { title: "When", head: true, cell: refund => time(refund.at), class: "when" },
        { title: "Money", num: true, cell: refund => paid(refund.money) },
        { title: "State", cell: refund => refund.made ? tag("made", "good") : tag("answer not known", "warn") },
        { title: "Reason", cell: refund => refund.reason ?? "", class: "wrap" },
        { title: "By", cell: refund => refund.actor ?? "", class: "wrap" },
      ], refunds)) : null,
      h("section", { class: "card" }, h("h2", {}, "Its grants"), grants.length === 0 ? h("p", { class: "empty" }, "Nothing is delivered.") : table("Its grants", [
        { title: "No.", head: true, cell: grant => grant.grantId ?? "–" },
        { title: "Part", cell: grant => tag(grant.part, grant.part === "paid" ? "good" : "") },
        { title: "Granted", num: true, cell: grant => amount(grant.amount) },
        { title: "Left", num: true, cell: grant => amount(grant.available) },
        { title: "Held", num: true, cell: grant => amount(grant.held) },
        { title: "Spent", num: true, cell: grant => amount(grant.spent) },
        { title: "Expired", num: true, cell: grant => amount(grant.expired) },
        { title: "Taken back", num: true, cell: grant => amount(grant.taken) },
        { title: "Of which debt", num: true, cell: grant => amount(grant.owed) },
      ], grants)),
      h("section", { class: "card" }, h("h2", {}, "What it did to the account"), entries.length === 0 ? h("p", { class: "empty" }, "Nothing yet.") : entryTable(entries, "What it did to the account"))),
  };
}

function status(item) {
  return tag(words(item.status), kinds[item.status] ?? "");
}

function purchaseTable(items) {
  return table("Purchases", [
    { title: "Purchase", head: true, cell: item => h("a", { class: "id", href: `#/purchases/${item.id}` }, item.id) },
    { title: "State", cell: status },
    { title: "Account", cell: item => h("a", { class: "id", href: `#/accounts/${encodeURIComponent(item.account)}` }, item.account) },
    { title: "Pack or plan", cell: item => item.packName, class: "nowrap" },
    { title: "Paid", num: true, cell: item => item.total === null ? "–" : money(item.total, item.totalCurrency) },
    { title: "Refunded", num: true, cell: item => item.refunded > 0 ? money(item.refunded, item.totalCurrency) : "–" },
    { title: "Credits", num: true, cell: item => amount(item.credits) },
    { title: "Begun", cell: item => time(item.createdAt), class: "when" },
    { title: "Provider", cell: item => item.provider, class: "nowrap" },
  ], items);
}
