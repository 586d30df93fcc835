import { CheckoutError } from "./client.js";
import { CreditsElement, client, define, icon, signUp } from "./element.js";
import { formatAmount, formatMoney, formatPercent } from "./format.js";
import { h } from "./render.js";
import { guestEndOf } from "./states.js";

/**
 * A full-screen dialog with all packs. Opens by `show()`, from the buy buttons of the other elements, and by itself when
 * a paid call was refused for want of credits.
 *
 * @fires credits-checkout - A pack was chosen; goes to the checkout unless prevented.
 * @fires credits-sign-up - A guest wants to sign up; goes to the sign-up page unless prevented.
 * @fires credit-packs-open - The dialog has opened.
 * @fires close - The dialog has closed.
 */
export class CreditPacksModal extends CreditsElement {
  static observedAttributes = [...CreditsElement.observedAttributes, "open", "manual", "sign-up-url"];

  static parts = /** @type {import("./client.js").Part[]} */ (["credits"]);

  static style = `
:host { display: contents; }
dialog { position: fixed; inset: 0; inline-size: 100%; block-size: 100%; max-inline-size: none; max-block-size: none; margin: 0; padding: 0; border: 0; background: var(--_raised); color: var(--_text); overflow: auto; overscroll-behavior: contain; opacity: 1; transition: opacity .2s, translate .2s; }
@starting-style { dialog[open] { opacity: 0; translate: 0 1rem; } }
dialog::backdrop { background: var(--_raised); }
.page { display: grid; gap: 1.5rem; align-content: start; max-inline-size: 72rem; margin-inline: auto; padding: clamp(1rem, 4vw, 2.5rem); padding-block-start: 0; }
header { position: sticky; inset-block-start: 0; z-index: 1; display: flex; align-items: start; justify-content: space-between; gap: 1rem; padding-block: clamp(.9rem, 3vw, 1.75rem) .9rem; background: var(--_raised); }
h2 { font-size: clamp(1.35rem, 4vw, 2rem); line-height: 1.2; letter-spacing: -.015em; }
h2:focus-visible { outline: none; }
h3 { font-size: 1.1em; }
.close { flex: none; inline-size: 2.75rem; block-size: 2.75rem; padding: 0; border-radius: 50%; background: var(--_surface); color: var(--_text); border: 1px solid var(--_border); }
.notice { padding: .85em 1.1em; border: 1px solid var(--_line); border-inline-start: 4px solid var(--_state); border-radius: calc(var(--_radius) * .7); background: var(--_soft); display: grid; gap: .3em; justify-items: start; }
.notice strong { color: var(--_state); }
.notice button { margin-block-start: .35em; }
.packs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12.5rem), 1fr)); gap: 1rem; padding-block-start: .6rem; }
.pack { position: relative; display: grid; grid-template-rows: auto auto auto 1fr auto; gap: .3em; padding: 1.5em 1.35em 1.35em; border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); overflow-wrap: anywhere; }
.pack.best { border-color: var(--_accent); box-shadow: 0 0 0 1px var(--_accent), 0 10px 30px color-mix(in oklab, var(--_accent) 16%, transparent); }
.ribbon { position: absolute; inset-block-start: 0; inset-inline-start: 1.35em; translate: 0 -50%; display: inline-flex; align-items: center; gap: .35em; padding: .15em .8em; border-radius: 1em; background: var(--_accent); color: var(--_on-accent); font-size: .875em; font-weight: 650; }
.pack-name { font-size: 1em; font-weight: 600; color: var(--_muted); }
.pack-credits { font-size: 1.75em; font-weight: 750; line-height: 1.15; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.pack-price { font-size: 1.15em; font-weight: 600; font-variant-numeric: tabular-nums; }
.pack-notes { display: grid; gap: .25em; align-content: start; font-size: .9em; color: var(--_muted); }
.pack-notes .plus { color: var(--_good); font-weight: 600; }
.pack button { margin-block-start: .8em; inline-size: 100%; }
.chart { padding: 1.25em; border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); display: grid; gap: .75em; min-inline-size: 0; }
.scroll { overflow-x: auto; border-radius: 4px; }
table { border-collapse: collapse; inline-size: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .5em .75em; text-align: var(--_end); border-block-start: 1px solid var(--_border); white-space: nowrap; }
thead th { border: 0; font-size: .875em; color: var(--_muted); font-weight: 600; }
th:first-child { text-align: inherit; font-weight: 600; padding-inline-start: 0; }
td:last-child, th:last-child { padding-inline-end: 0; }
.best-column { color: var(--_accent); font-weight: 650; }
.bar-cell { inline-size: 32%; min-inline-size: 7rem; text-align: inherit; }
.bar-line { display: flex; align-items: center; gap: .6em; }
.bar { block-size: .55rem; border-radius: .3rem; background: var(--_accent); inline-size: calc(var(--share) * (100% - 3rem)); min-inline-size: .3rem; }
.tall { block-size: 11rem; }
.message { padding: 1.5em; border: 1px dashed var(--_border); border-radius: var(--_radius); display: grid; gap: .75em; justify-items: start; background: var(--_surface); }
`;

  #unwatch = null;
  #reason = /** @type {any} */ (null);
  #buying = /** @type {string | null} */ (null);
  #fault = /** @type {{ pack: string, key: string } | null} */ (null);

  /** Whether the dialog is open; setting it opens or closes. */
  get open() {
    return this.hasAttribute("open");
  }

  set open(value) {
    this.toggleAttribute("open", Boolean(value));
  }

  /** True when the dialog doesn't open by itself after a refused call. */
  get manual() {
    return this.hasAttribute("manual");
  }

  set manual(value) {
    this.toggleAttribute("manual", Boolean(value));
  }

  /**
   * Opens the dialog.
   *
   * @param {any} [reason] The detail of `credits-insufficient` or `guest-limit-reached`, shown on top.
   */
  show(reason = null) {
    this.#reason = reason;
    this.open = true;
    this.draw();
  }

  /** Closes the dialog; focus goes back to where it was. */
  close() {
    this.open = false;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("credits-insufficient", this);
    document.addEventListener("guest-limit-reached", this);
    this.#apply();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("credits-insufficient", this);
    document.removeEventListener("guest-limit-reached", this);
    this.#unwatch?.();
    this.#unwatch = null;
  }

  attributeChangedCallback(name) {
    super.attributeChangedCallback(name);
    if (name === "open" && this.isConnected) {
      this.#apply();
    }
  }

  handleEvent(event) {
    // Whoever handles it in another way prevents it; those that listen on the document later than this are asked first.
    queueMicrotask(() => {
      if (!event.defaultPrevented && !this.manual && !(event.type === "credits-insufficient" && event.detail.retryable)) {
        this.show(event.detail);
      }
    });
  }

  #dialog() {
    return /** @type {HTMLDialogElement | null} */ (this.shadowRoot?.querySelector("dialog") ?? null);
  }

  #apply() {
    if (this.open) {
      // Packs and models are asked for when somebody wants to see them, not with every page.
      this.#unwatch ??= client.watch(["credits", "packs", "models"], () => this.draw());
      this.drawNow();
      const dialog = this.#dialog();
      if (dialog && !dialog.open) {
        dialog.showModal();
        this.shadowRoot?.querySelector("h2")?.focus();
        this.emit("credit-packs-open", {});
      }
    } else {
      this.#dialog()?.close();
    }
  }

  #closed() {
    this.#unwatch?.();
    this.#unwatch = null;
    this.#reason = null;
    this.#fault = null;
    this.#buying = null;
    this.open = false;
    this.dispatchEvent(new Event("close"));
  }

  render(snapshot) {
    const notice = this.open ? this.#notice(snapshot) : null;
    return [h("dialog", { key: "dialog", part: "dialog", "aria-labelledby": "title", "aria-describedby": notice ? "notice" : null, onclose: () => this.#closed() },
      this.open && h("div", { class: "page", part: "base" },
        h("header", { part: "header" },
          h("div", null,
            h("h2", { id: "title", tabindex: "-1", part: "title" }, this.t("packsTitle")),
            h("p", { class: "muted" }, snapshot.credits ? this.t("balanceIs", { credits: this.t("credits", this.#amount(snapshot.credits.balance)) }) : this.t("packsLead"))),
          h("button", { type: "button", class: "close", part: "close-button", "aria-label": this.t("close"), title: this.t("close"), onclick: () => this.close() }, icon("close"))),
        notice,
        this.#packs(snapshot),
        this.#chart(snapshot)))];
  }

  #amount(value) {
    return { n: value, amount: formatAmount(this.language, value) };
  }

  #credits(value) {
    return this.t("credits", this.#amount(value));
  }

  #notice(snapshot) {
    const { guest, signUp: offer, models } = snapshot;
    const reason = this.#reason;
    if (guest || (reason && reason.type?.endsWith("/guest-limit-reached") && !snapshot.credits)) {
      const resetsAt = guest?.resetsAt ?? reason?.resetsAt ?? null;
      const empty = guest ? guest.remaining === 0 : true;
      const welcome = offer?.welcomeCredits || reason?.welcomeCredits || 0;
      return h("div", { key: "notice", id: "notice", class: "notice", part: "notice", "data-state": "guest" },
        h("strong", null, this.t(empty ? guestEndOf(guest) : reason ? "guestLimitFewer" : "signUp")),
        welcome > 0 && h("span", null, this.t("signUpText", this.#amount(welcome))),
        empty && resetsAt !== null && this.countdown(resetsAt, "freeAgainIn"),
        h("button", { type: "button", part: "button sign-up-button", onclick: () => this.#signUp(snapshot) }, welcome > 0 ? this.t("signUpFor", this.#amount(welcome)) : this.t("signUp")));
    }

    if (!reason || reason.required === null || reason.required === undefined) {
      return null;
    }

    const within = (models ?? []).filter((model) => reason.affordableModels?.includes(model.id)).map((model) => model.name);
    return h("div", { key: "notice", id: "notice", class: "notice", part: "notice", "data-state": "insufficient" },
      h("strong", null, this.t("insufficientTitle")),
      h("span", null, this.t("insufficientText", { required: this.#credits(reason.required), available: this.#credits(reason.available ?? 0) })),
      reason.retryable && h("span", null, this.t("retryableText", { held: this.#credits(reason.held) })),
      within.length > 0 && h("span", null, this.t("insufficientModels", { models: new Intl.ListFormat(this.language, { type: "disjunction" }).format(within) })));
  }

  #packs(snapshot) {
    const { packs, errors } = snapshot;
    if (!packs && errors.packs) {
      return h("div", { key: "message", class: "message", part: "message" },
        h("p", null, this.t(errors.packs === "offline" ? "offline" : errors.packs === "missing" ? "buyMissing" : "errorFailed")),
        errors.packs !== "missing" && h("button", { type: "button", class: "plain", part: "button retry-button", onclick: () => client.refresh() }, this.t("retry")));
    }

    if (!packs) {
      return h("div", { key: "packs", class: "packs", "aria-busy": "true" }, h("span", { class: "visually-hidden" }, this.t(snapshot.slow ? "slow" : "loading")),
        Array.from({ length: 4 }, () => h("div", { class: "pack", "aria-hidden": "true" }, h("span", { class: "pack-credits" }, h("span", { class: "bone" }, "000 credits")), h("span", { class: "bone tall" }))));
    }

    return packs.length === 0
      ? h("div", { key: "message", class: "message", part: "message" }, h("p", null, this.t("packsEmpty")))
      : h("ul", { key: "packs", class: "packs", part: "packs" }, packs.map((pack) => this.#pack(snapshot, pack)));
  }

  #pack(snapshot, pack) {
    const fault = this.#fault?.pack === pack.id ? this.#fault.key : null;
    const perCredit = formatMoney(this.language, pack.pricePerCredit, pack.currency, 4);
    return h("li", { key: pack.id, class: pack.bestValue ? "pack best" : "pack", part: pack.bestValue ? "pack pack-best" : "pack" },
      pack.bestValue && h("span", { key: "ribbon", class: "ribbon", part: "best-value" }, icon("credit"), this.t("bestValue")),
      h("h3", { class: "pack-name", part: "pack-name" }, pack.name),
      h("p", { class: "pack-credits", part: "pack-credits" }, this.#credits(pack.credits)),
      h("p", { class: "pack-price", part: "pack-price" }, formatMoney(this.language, pack.price, pack.currency)),
      h("div", { class: "pack-notes" },
        h("p", null, this.t("perCredit", { price: perCredit })),
        pack.savingsPercent > 0 && h("p", { class: "plus", part: "pack-savings" }, this.t("savings", { percent: formatPercent(this.language, pack.savingsPercent) })),
        pack.bonusCredits > 0 && h("p", { class: "plus", part: "pack-bonus" }, this.t("bonus", this.#amount(pack.bonusCredits))),
        fault && h("p", { class: "state-text", role: "alert", "data-state": "error" }, this.t(fault))),
      h("button", { type: "button", class: pack.bestValue ? null : "plain", part: "button pack-button", "aria-disabled": this.#buying ? "true" : null, onclick: () => this.#buy(snapshot, pack) },
        this.#buying === pack.id ? this.t("buying") : this.t("buyPack", { name: pack.name })));
  }

  #chart({ models, packs }) {
    if (!models?.length) {
      return null;
    }

    const dearest = Math.max(...models.map((model) => model.credits)) || 1;
    const columns = packs ?? [];
    return h("div", { key: "chart", class: "chart", part: "chart" },
      h("h3", { id: "chart-title" }, this.t("modelsTitle")),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "chart-title" },
        h("table", null,
          h("caption", { class: "visually-hidden" }, this.t("modelsCaption")),
          h("thead", null, h("tr", null, h("th", { scope: "col" }, this.t("model")), h("th", { scope: "col", class: "bar-cell" }, this.t("costColumn")), columns.map((pack) => h("th", { scope: "col", class: pack.bestValue ? "best-column" : null }, pack.name)))),
          h("tbody", null, models.map((model) => h("tr", null,
            h("th", { scope: "row" }, model.name),
            h("td", { class: "bar-cell" }, h("span", { class: "bar-line" }, h("span", { class: "bar", part: "bar", "aria-hidden": "true", styles: { "--share": String(Math.max(0, model.credits / dearest)) } }), formatAmount(this.language, model.credits))),
            columns.map((pack) => h("td", { class: pack.bestValue ? "best-column" : null }, model.credits > 0 ? formatAmount(this.language, Math.floor(pack.credits / model.credits)) : "–"))))))));
  }

  #signUp({ signUp: offer }) {
    signUp(this, this.getAttribute("sign-up-url") ?? this.#reason?.signUpUrl ?? offer?.url ?? null);
  }

  async #buy(snapshot, pack) {
    if (this.#buying) {
      return;
    }
    if (snapshot.guest) {
      this.#signUp(snapshot);
      return;
    }
    if (!this.emit("credits-checkout", { pack })) {
      return;
    }

    this.#buying = pack.id;
    this.#fault = null;
    this.draw();
    try {
      const { url } = await client.checkout(pack.id, this.getAttribute("return-url"));
      location.assign(url);
      // The next page comes in a moment; who comes back to this one by the back button finds it usable.
      addEventListener("pageshow", () => this.#ready(), { once: true });
    } catch (error) {
      const fault = error instanceof CheckoutError ? error.fault : "failed";
      this.#fault = { pack: pack.id, key: fault === "missing" ? "buyMissing" : fault === "signed-out" ? "buySignIn" : "buyFailed" };
      this.#ready();
    }
  }

  #ready() {
    this.#buying = null;
    this.draw();
  }
}

define("credit-packs-modal", CreditPacksModal);
