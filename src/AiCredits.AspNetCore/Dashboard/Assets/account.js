import { address, get } from "./api.js";
import { h, table, tag, tiles } from "./dom.js";
import { amount, percent, span, time, words } from "./format.js";
import { holdTable } from "./holds.js";
import { openAct } from "./acts.js";

const moves = { grant: "+", release: "", capture: "−", expire: "−", revoke: "−", repay: "−", refund: "+" };

/** One account: figures, grants, holds, generations, history, and what can be done. */
export async function account({ names: [id], again }) {
  const [detail, entries, generations] = await Promise.all([get("/account", { id }), get("/entries", { account: id, limit: 25 }), get("/generations", { account: id, limit: 25 })]);
  const { account: figures } = detail;
  const begin = (name, options) => openAct(name, { account: id, done: again, ...options });
  return {
    title: id,
    content: h("div", { class: "stack" },
      h("div", { class: "head" },
        h("div", {}, h("p", { class: "crumb" }, h("a", { href: "#/accounts" }, "Accounts")), h("h1", { tabindex: -1 }, id)),
        h("div", { class: "row" },
          h("a", { class: "button", href: `#/purchases?${new URLSearchParams({ account: id })}` }, "Purchases"),
          h("button", { type: "button", class: "primary", onclick: () => begin("grant") }, "Grant credits"),
          h("button", { type: "button", onclick: () => begin("adjust") }, "Adjust balance"),
          figures.frozen
            ? h("button", { type: "button", onclick: () => begin("unfreeze") }, "Unfreeze")
            : h("button", { type: "button", class: "danger", onclick: () => begin("freeze") }, "Freeze"))),
      figures.frozen ? h("p", { class: "banner" }, "This account is frozen: it can't start generations.") : null,
      tiles([
        ["Can be spent", amount(figures.available), detail.nextExpiry ? `next expiry ${time(detail.nextExpiry)}` : "none of it expires"],
        ["Held", amount(figures.held), "for running generations"],
        ["Spent", amount(figures.spent), figures.issued > 0 ? `${percent(figures.spent / figures.issued)} of ${amount(figures.issued)} issued` : null],
        ["Expired", amount(figures.expired)],
        ["Taken back", amount(figures.revoked)],
        ["Debt", amount(figures.debt), figures.debt > 0 ? "repaid first by later credits" : null],
      ]),
      proof(id),
      detail.holds.length > 0 ? h("section", { class: "card" }, h("h2", {}, "Open holds"), holdTable(detail.holds, again, false)) : null,
      grants(detail.grants, begin),
      pages("Generations", generations, id, "/generations", items => generationTable(items, id, begin)),
      pages("History", entries, id, "/entries", items => entryTable(items))),
  };
}

/** One generation: what support needs to answer for it. */
export async function receipt({ names: [id, generationId], again }) {
  const item = await get(`/generations/${encodeURIComponent(generationId)}`, { account: id });
  const refundable = item.charged > 0 && item.status !== "refunded" && item.status !== "running";
  return {
    title: `Generation of ${id}`,
    content: h("div", { class: "stack" },
      h("div", { class: "head" },
        h("div", {}, h("p", { class: "crumb" }, h("a", { href: "#/accounts" }, "Accounts"), " / ", h("a", { href: `#/accounts/${encodeURIComponent(id)}` }, id)), h("h1", { tabindex: -1 }, "Generation ", status(item.status)), h("p", { class: "id" }, item.id)),
        refundable ? h("button", { type: "button", class: "primary", onclick: () => openAct("refund-generation", { account: id, generationId: item.id, amount: item.charged, done: again }) }, "Give the credits back") : null),
      h("section", { class: "card" }, facts([
        ["Model", `${item.model}, ${item.count} ${item.count === 1 ? "result" : "results"}`],
        ["Prompt", item.prompt],
        ["Price", `${amount(item.price)} credits (price version ${item.priceVersion || "unknown"})`],
        ["Charged", `${amount(item.charged)} credits, ${amount(item.released)} released`],
        ["Outcome", words(item.outcome) || "still running"],
        ["Started", time(item.startedAt)],
        ["Ended", item.endedAt ? `${time(item.endedAt)}, after ${span(item.durationSeconds)}` : null],
        ["Error", item.error],
        ["Provider request", item.providerRequestId],
        ["Provider cost", item.providerCost === null ? null : `${amount(item.providerCost)} ${item.providerCurrency ?? ""}`],
        ["Guest", item.guestId],
      ])),
      h("section", { class: "card" },
        h("h2", {}, "Entries about it"),
        item.entries.length === 0 ? h("p", { class: "empty" }, "None: a guest's generation costs no credits.") : entryTable(item.entries, "Entries about it", true))),
  };
}

export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]).flat());
}

function proof(id) {
  const answer = h("span", { role: "status" }, "Entries, chain of hashes, grants and holds are proved against each other.");
  const button = h("button", { type: "button", class: "small", onclick: async () => {
    button.disabled = true;
    answer.replaceChildren("Proving …");
    try {
      const found = await get("/account/integrity", { id });
      answer.replaceChildren(found.clean ? tag("It adds up", "good") : tag("It does not add up", "bad"), ` ${amount(found.entries)} entries read.`, ...found.faults.map(fault => h("div", {}, `${words(fault.rule)}: ${fault.detail}`)));
    } catch (error) {
      answer.replaceChildren(error.message);
    }

    button.disabled = false;
  } }, "Prove this account");
  return h("section", { class: "card" }, h("div", { class: "row" }, h("h2", {}, "Integrity"), button), h("p", { class: "note" }, answer));
}

function grants(items, begin) {
  return h("section", { class: "card" },
    h("h2", {}, "Grants"),
    items.length === 0 ? h("p", { class: "empty" }, "No credits were ever granted.") : table("Grants", [
      { title: "No.", head: true, cell: grant => grant.id },
      { title: "Kind", cell: grant => h("span", { class: "row" }, tag(grant.kind, grant.kind === "purchase" ? "good" : ""), grant.pending ? tag("from " + time(grant.effectiveAt), "warn") : null) },
      { title: "Granted", num: true, cell: grant => amount(grant.amount) },
      { title: "Left", num: true, cell: grant => amount(grant.available) },
      { title: "Held", num: true, cell: grant => amount(grant.held) },
      { title: "Spent", num: true, cell: grant => amount(grant.spent) },
      { title: "Expired", num: true, cell: grant => amount(grant.expired) },
      { title: "Taken back", num: true, cell: grant => amount(grant.revoked) },
      { title: "When", cell: grant => time(grant.grantedAt), class: "when" },
      { title: "Expires", cell: grant => grant.expiresAt ? time(grant.expiresAt) : "never", class: "when" },
      { title: "For", cell: grant => grant.models.length === 0 ? "all models" : grant.models.join(", "), class: "nowrap" },
      { title: "Reference", cell: grant => grant.reference ?? "", class: "wrap" },
      { title: "Act", cell: grant => grant.revoked + grant.expired < grant.amount ? h("button", { type: "button", class: "small", "aria-label": `Revoke grant ${grant.id}`, onclick: () => begin("revoke", { grantId: grant.id, left: grant.available }) }, "Revoke") : "" },
    ], items));
}

function status(name) {
  return tag(name, { succeeded: "good", failed: "bad", expired: "bad", refunded: "warn" }[name] ?? "");
}

function generationTable(items, id, begin) {
  return table("Generations", [
    { title: "Generation", head: true, cell: item => h("a", { class: "id", href: `#/accounts/${encodeURIComponent(id)}/generations/${item.id}` }, item.id) },
    { title: "State", cell: item => status(item.status) },
    { title: "Model", cell: item => item.model, class: "nowrap" },
    { title: "Prompt", cell: item => item.prompt ?? "", class: "wrap" },
    { title: "Charged", num: true, cell: item => amount(item.charged) },
    { title: "Started", cell: item => time(item.startedAt), class: "when" },
    { title: "Took", num: true, cell: item => span(item.durationSeconds) },
    { title: "Act", cell: item => item.charged > 0 && item.status !== "refunded" && item.status !== "running" ? h("button", { type: "button", class: "small", "aria-label": `Give back the credits of generation ${item.id}`, onclick: () => begin("refund-generation", { generationId: item.id, amount: item.charged }) }, "Give back") : "" },
  ], items);
}

export function entryTable(items, caption = "History", slices = false) {
  return table(caption, [
    { title: "No.", head: true, cell: entry => entry.sequence },
    { title: "When", cell: entry => time(entry.at), class: "when" },
    { title: "What", cell: entry => h("span", { class: "row" }, tag(words(entry.kind)), entry.grantKind ? tag(words(entry.grantKind)) : null) },
    { title: "Amount", num: true, cell: entry => h("span", { class: moves[entry.kind] === "+" ? "plus" : moves[entry.kind] === "−" ? "minus" : null }, `${moves[entry.kind] ?? ""}${amount(entry.amount)}`) },
    { title: "Left after", num: true, cell: entry => amount(entry.availableAfter) },
    { title: "Held after", num: true, cell: entry => amount(entry.heldAfter) },
    { title: "Model", cell: entry => entry.model ?? "", class: "nowrap" },
    slices ? { title: "Grants", cell: entry => entry.slices.map(slice => `${amount(slice.amount)} of no. ${slice.grantId}`).join(", "), class: "wrap" } : { title: "Reason", cell: entry => entry.description ?? "", class: "wrap" },
    { title: "By", cell: entry => entry.actor ?? "", class: "wrap" },
    { title: "Reference", cell: entry => entry.reference ?? "", class: "wrap" },
  ], items);
}

function pages(title, first, id, path, show) {
  const items = [...first.items];
  const list = h("div", {});
  let next = first.nextCursor;
  const more = h("button", { type: "button", class: "small", onclick: async () => {
    const page = await get(path, { account: id, cursor: next });
    items.push(...page.items);
    next = page.nextCursor;
    draw();
  } }, "Show older ones");
  const draw = () => {
    list.replaceChildren(items.length === 0 ? h("p", { class: "empty" }, "There is nothing yet.") : show(items));
    more.hidden = next === null;
  };
  draw();
  const download = (format, text) => h("a", { class: "button small", href: address(path, { account: id, format }), download: true }, text);
  return h("section", { class: "card" },
    h("div", { class: "row" }, h("h2", {}, title), download("csv", `${title} as CSV`), download("jsonl", `${title} as JSON Lines`)),
    list,
    h("div", { class: "row" }, more));
}
