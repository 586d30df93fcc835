import { act } from "./api.js";
import { newKey } from "./acts.js";
import { h, table, tag } from "./dom.js";
import { amount, words } from "./format.js";

/** Proves every account, part by part, and shows how far it is. */
export async function integrity() {
  const answer = h("div", { role: "status" });
  const found = h("div", {});
  const start = h("button", { type: "button", class: "primary" }, "Prove all accounts");
  const stop = h("button", { type: "button", hidden: true }, "Stop");
  let running = false;
  stop.onclick = () => running = false;
  start.onclick = async () => {
    running = true;
    start.hidden = true;
    stop.hidden = false;
    const faults = [];
    let [accounts, entries, after] = [0, 0, null];
    try {
      do {
        const part = await act("check", { after, accounts: 50 }, newKey());
        accounts += part.accounts;
        entries += part.entries;
        faults.push(...part.faults);
        after = part.next;
        answer.replaceChildren(`${amount(accounts)} accounts with ${amount(entries)} entries proved so far`, after === null ? "." : h("span", {}, ", up to ", h("code", {}, after), " …"));
        found.replaceChildren(faults.length === 0 ? "" : faultTable(faults));
        // Whoever has gone to another page does not wait for it any more.
      } while (running && after !== null && start.isConnected && faults.length < 1_000);

      answer.prepend(h("p", {}, faults.length > 0 ? tag("It does not add up", "bad") : after === null ? tag("Every account adds up", "good") : tag("Stopped; so far it adds up", "warn")));
    } catch (error) {
      answer.prepend(h("p", {}, tag("The check was broken off", "bad"), ` ${error.message}`));
    }

    start.hidden = false;
    stop.hidden = true;
  };
  return {
    title: "Integrity",
    content: h("div", { class: "stack" },
      h("div", { class: "head" },
        h("div", {}, h("h1", { tabindex: -1 }, "Integrity"), h("p", {}, "Proves the entries, chain of hashes, grants and holds of every account against each other. It only reads, and may run beside the app.")),
        h("div", { class: "row" }, start, stop)),
      h("section", { class: "card" }, h("h2", {}, "The full check"), answer, found)),
  };
}

function faultTable(faults) {
  return table("What does not add up", [
    { title: "Account", head: true, cell: fault => h("a", { class: "id", href: `#/accounts/${encodeURIComponent(fault.account)}` }, fault.account) },
    { title: "Rule", cell: fault => words(fault.rule) },
    { title: "What", cell: fault => fault.detail, class: "wrap" },
  ], faults);
}
