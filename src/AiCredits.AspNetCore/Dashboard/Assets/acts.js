import { act, actor } from "./api.js";
import { h, tell } from "./dom.js";
import { amount, money } from "./format.js";

// Every act is confirmed in a dialog that asks for the reason. The dialog makes the key: pressing twice, or again after a
// lost answer, does nothing twice.

const acts = {
  grant: {
    title: "Grant credits",
    button: "Grant",
    fields: () => [amountField("Credits", { required: true, min: "0.000001" }), kindField(), expiryField()],
    done: (answer, { account }) => `${amount(answer.amount)} credits granted to ${account}.`,
  },
  adjust: {
    title: "Adjust the balance",
    button: "Adjust",
    fields: () => [amountField("By how many credits", { required: true, hint: "Above zero grants, below zero takes from what would be spent first." })],
    done: (answer, { account }) => `The balance of ${account} is ${amount(answer.account.available)} credits now.`,
  },
  revoke: {
    title: "Take credits back",
    button: "Take back",
    danger: true,
    about: ({ grantId, left }) => `From grant ${grantId}, which has ${amount(left)} left.`,
    fields: () => [amountField("Credits", { hint: "Empty for all that is left.", min: "0.000001" }), h("label", { class: "check" }, h("input", { type: "checkbox", name: "toDebt" }), "What is spent already becomes debt")],
    done: answer => `${amount(answer.amount)} credits taken back${answer.becameDebt > 0 ? `, ${amount(answer.becameDebt)} became debt` : ""}.`,
  },
  freeze: {
    title: "Freeze the account",
    button: "Freeze",
    danger: true,
    about: () => "It can't start generations until it is opened again. What runs already is settled.",
    done: (_, { account }) => `${account} is frozen.`,
  },
  unfreeze: { title: "Open the account again", button: "Unfreeze", done: (_, { account }) => `${account} is open again.` },
  "refund-generation": {
    title: "Give the credits back",
    button: "Give back",
    about: options => `The ${amount(options.amount)} credits of this generation go back to the grants that paid.`,
    done: answer => `${amount(answer.amount)} credits given back.`,
  },
  "refund-purchase": {
    title: "Refund the purchase",
    button: "Refund",
    danger: true,
    about: options => `Up to ${money(options.refundable, options.currency)} go back through the provider. Its share of the credits is taken back; what is spent of it becomes debt.`,
    fields: () => [h("label", {}, "Money", h("span", { class: "hint" }, "Empty for all that is left."), h("input", { name: "money", type: "number", min: "0.000001", step: "any", inputmode: "decimal" }))],
    done: answer => `${money(answer.money, answer.currency)} go back to ${answer.account.id}.`,
  },
  "add-pack": {
    title: "Add a pack",
    button: "Add",
    fields: () => [
      h("label", {}, "Id", h("span", { class: "hint" }, "Letters, digits, dashes. It never changes."), h("input", { name: "id", required: true, maxlength: 100, autocomplete: "off", spellcheck: "false" })),
      h("label", {}, "Name", h("input", { name: "name", required: true, maxlength: 100 })),
      priceField(""),
      h("label", {}, "Currency", h("input", { name: "currency", required: true, pattern: "[A-Z]{3}", maxlength: 3, value: "USD" })),
      ...creditFields("", 0),
      h("label", { class: "check" }, h("input", { type: "checkbox", name: "bestValue" }), "Highlight it as the best value"),
    ],
    done: answer => `${answer.pack.name} is on offer.`,
  },
  "reprice-pack": {
    title: "Change the price",
    button: "Change",
    about: ({ pack }) => `${pack.name} costs ${money(pack.price, pack.currency)} now. Purchases that were begun before stay as agreed.`,
    fields: ({ pack }) => [priceField(pack.price), ...creditFields(pack.credits, pack.bonusCredits)],
    done: answer => `${answer.pack.name} costs ${money(answer.pack.price, answer.pack.currency)} now.`,
  },
  "retire-pack": {
    title: "Retire the pack",
    button: "Retire",
    danger: true,
    about: ({ pack }) => `${pack.name} is taken off the list. Purchases that were begun before stay as agreed.`,
    done: answer => `${answer.pack.name} is retired.`,
  },
  "offer-pack": {
    title: "Offer the pack again",
    button: "Offer",
    about: ({ pack }) => `${pack.name}, for ${money(pack.price, pack.currency)}.`,
    done: answer => `${answer.pack.name} is on offer again.`,
  },
  release: {
    title: "Release the hold",
    button: "Release",
    about: options => `The ${amount(options.amount)} credits go back, and the generation counts as failed. Its worker can't charge them any more.`,
    done: answer => `${amount(answer.amount)} credits released.`,
  },
  capture: {
    title: "Capture the hold",
    button: "Capture",
    danger: true,
    about: options => `The ${amount(options.amount)} credits are taken, and the generation counts as delivered.`,
    done: answer => `${amount(answer.amount)} credits taken.`,
  },
};

/** A key that no other act has. */
export function newKey() {
  // Only where the page is served safely do browsers make them.
  return crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Asks for what an act needs, and does it.
 * @param {string} name
 * @param {{ account?: string, done: () => void, [more: string]: unknown }} options
 */
export function openAct(name, options) {
  const kind = acts[name];
  const key = newKey();
  const fault = h("p", { class: "card fault", role: "alert", hidden: true });
  const reason = h("textarea", { name: "reason", required: true, maxlength: 500, rows: 2 });
  const confirm = h("button", { class: kind.danger ? "danger" : "primary" }, kind.button);
  const fields = kind.fields?.(options) ?? [];
  const form = h("form", { method: "dialog" },
    h("h2", { id: "act-title" }, kind.title),
    h("p", { class: "note" }, options.account === undefined ? "" : ["Account ", h("b", {}, options.account), ". "], kind.about?.(options) ?? ""),
    ...fields,
    h("label", {}, "Reason", h("span", { class: "hint" }, `Stands in the history for ever, with your name: ${actor}.`), reason),
    fault,
    h("div", { class: "row" }, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), confirm));
  const dialog = h("dialog", { "aria-labelledby": "act-title" }, form);
  form.addEventListener("submit", async event => {
    event.preventDefault();
    fault.hidden = true;
    confirm.disabled = true;
    try {
      const answer = await act(name, body(form, options), key);
      dialog.close();
      tell(kind.done(answer, options));
      options.done();
    } catch (error) {
      fault.textContent = error.message;
      fault.hidden = false;
    }

    confirm.disabled = false;
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function body(form, options) {
  const data = new FormData(form);
  const text = name => (data.get(name) ?? "").toString().trim();
  const given = { account: options.account, reason: text("reason") };
  if (options.pack !== undefined) {
    given.id = options.pack.id;
    given.version = options.pack.version;
  }

  for (const name of ["id", "name", "currency"].filter(name => data.has(name))) {
    given[name] = text(name);
  }

  for (const name of ["money", "price", "credits", "bonusCredits"].filter(name => text(name) !== "")) {
    given[name] = Number(text(name));
  }

  if (data.has("bestValue")) {
    given.bestValue = true;
  }

  if (options.purchaseId !== undefined) {
    given.purchaseId = options.purchaseId;
  }

  if (data.has("amount") && text("amount") !== "") {
    given.amount = Number(text("amount"));
  }

  if (data.has("kind")) {
    given.kind = text("kind");
  }

  if (text("expiresAt") !== "") {
    given.expiresAt = `${text("expiresAt")}T00:00:00Z`;
  }

  if (options.grantId !== undefined) {
    given.grantId = options.grantId;
    given.toDebt = data.has("toDebt");
  }

  if (options.generationId !== undefined) {
    given.generationId = options.generationId;
  }

  return given;
}

function amountField(text, { hint, ...members }) {
  return h("label", {}, text, hint ? h("span", { class: "hint" }, hint) : null, h("input", { name: "amount", type: "number", step: "0.000001", inputmode: "decimal", ...members }));
}

function kindField() {
  return h("label", {}, "Kind", h("select", { name: "kind" }, h("option", { value: "adjustment" }, "Adjustment"), h("option", { value: "compensation" }, "Compensation"), h("option", { value: "promotion" }, "Promotion")));
}

function expiryField() {
  return h("label", {}, "Expires", h("span", { class: "hint" }, "At the start of this day in UTC. Empty for never."), h("input", { name: "expiresAt", type: "date" }));
}

function priceField(value) {
  return h("label", {}, "Price", h("input", { name: "price", type: "number", required: true, min: "0.000001", step: "any", inputmode: "decimal", value }));
}

function creditFields(credits, bonus) {
  const field = (text, name, value, min) => h("label", {}, text, h("input", { name, type: "number", required: true, min, step: "0.000001", inputmode: "decimal", value }));
  return [field("Credits in all", "credits", credits, "0.000001"), field("Of which bonus", "bonusCredits", bonus, "0")];
}
