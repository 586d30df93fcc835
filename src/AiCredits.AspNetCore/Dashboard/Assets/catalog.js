import { get } from "./api.js";
import { openAct } from "./acts.js";
import { h, table, tag } from "./dom.js";
import { amount, money, time } from "./format.js";

/** What is sold, and what it buys. */
export async function catalog({ again }) {
  const [{ packs, prices }, book] = await Promise.all([get("/catalog"), get("/packs")]);
  return {
    title: "Packs and prices",
    content: h("div", { class: "stack" },
      h("div", { class: "head" }, h("div", {}, h("h1", { tabindex: -1 }, "Packs and prices"), h("p", {}, book.editable ? "As they are now. Packs are kept in the store; prices of models come from the app's settings." : "As they are now, from the app's settings. With UseStoredPacks() packs can be edited here.")),
        book.editable ? h("button", { type: "button", class: "primary", onclick: () => openAct("add-pack", { done: again }) }, "Add a pack") : null),
      h("section", { class: "card" }, h("h2", {}, "Packs"), packs.length === 0 ? h("p", { class: "empty" }, "Nothing is for sale.") : table("Packs", [
        { title: "Pack", head: true, cell: pack => h("span", { class: "row" }, pack.name, pack.bestValue ? tag("best value", "good") : null) },
        { title: "Id", cell: pack => h("code", {}, pack.id) },
        { title: "Credits", num: true, cell: pack => amount(pack.credits) },
        { title: "Of which bonus", num: true, cell: pack => amount(pack.bonusCredits) },
        { title: "Price", num: true, cell: pack => money(pack.price, pack.currency) },
        { title: "Per credit", num: true, cell: pack => money(pack.pricePerCredit, pack.currency) },
        { title: "Saves", num: true, cell: pack => pack.savingsPercent > 0 ? `${pack.savingsPercent} %` : "–" },
      ], packs)),
      book.editable ? h("section", { class: "card" }, h("h2", {}, "Edit packs"), editor(book.packs, again)) : null,
      h("section", { class: "card" }, h("h2", {}, "Prices"), table("Prices", [
        { title: "Model", head: true, cell: price => price.name },
        { title: "Id", cell: price => h("code", {}, price.id) },
        { title: "Credits", num: true, cell: price => amount(price.credits) },
        { title: "Best for", cell: price => price.bestFor, class: "wrap" },
        { title: "Price version", cell: price => h("code", {}, price.version) },
      ], prices))),
  };
}

function editor(packs, again) {
  const button = (act, text, pack) => h("button", { type: "button", class: "small", "aria-label": `${text} ${pack.name}`, onclick: () => openAct(act, { pack, done: again }) }, text);
  return table("Edit packs", [
    { title: "Pack", head: true, cell: pack => h("code", {}, pack.id) },
    { title: "State", cell: pack => pack.retired ? tag("retired") : tag("on offer", "good") },
    { title: "Price", num: true, cell: pack => money(pack.price, pack.currency) },
    { title: "Credits", num: true, cell: pack => amount(pack.credits) },
    { title: "Last change", cell: pack => time(pack.changedAt), class: "when" },
    { title: "By", cell: pack => pack.changedBy ?? "the settings", class: "wrap" },
    { title: "Reason", cell: pack => pack.reason ?? "", class: "wrap" },
    { title: "Act", cell: pack => h("span", { class: "row" }, button("reprice-pack", "Reprice", pack), pack.retired ? button("offer-pack", "Offer again", pack) : button("retire-pack", "Retire", pack)) },
  ], packs);
}
