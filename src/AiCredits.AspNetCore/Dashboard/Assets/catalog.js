import { get } from "./api.js";
import { h, table, tag } from "./dom.js";
import { amount } from "./format.js";

/** What is sold, and what it buys. */
export async function catalog() {
  const { packs, prices } = await get("/catalog");
  const money = (value, currency) => new Intl.NumberFormat(undefined, { style: "currency", currency, maximumFractionDigits: 4 }).format(value);
  return {
    title: "Packs and prices",
    content: h("div", { class: "stack" },
      h("div", { class: "head" }, h("div", {}, h("h1", { tabindex: -1 }, "Packs and prices"), h("p", {}, "As they are now, from the app's settings."))),
      h("section", { class: "card" }, h("h2", {}, "Packs"), packs.length === 0 ? h("p", { class: "empty" }, "Nothing is for sale.") : table("Packs", [
        { title: "Pack", head: true, cell: pack => h("span", { class: "row" }, pack.name, pack.bestValue ? tag("best value", "good") : null) },
        { title: "Id", cell: pack => h("code", {}, pack.id) },
        { title: "Credits", num: true, cell: pack => amount(pack.credits) },
        { title: "Of which bonus", num: true, cell: pack => amount(pack.bonusCredits) },
        { title: "Price", num: true, cell: pack => money(pack.price, pack.currency) },
        { title: "Per credit", num: true, cell: pack => money(pack.pricePerCredit, pack.currency) },
        { title: "Saves", num: true, cell: pack => pack.savingsPercent > 0 ? `${pack.savingsPercent} %` : "–" },
      ], packs)),
      h("section", { class: "card" }, h("h2", {}, "Prices"), table("Prices", [
        { title: "Model", head: true, cell: price => price.name },
        { title: "Id", cell: price => h("code", {}, price.id) },
        { title: "Credits", num: true, cell: price => amount(price.credits) },
        { title: "Best for", cell: price => price.bestFor, class: "wrap" },
        { title: "Price version", cell: price => h("code", {}, price.version) },
      ], prices))),
  };
}
