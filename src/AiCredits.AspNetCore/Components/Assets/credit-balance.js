import { CreditsElement, client, define, icon, openPacks, signUp } from "./element.js";
import { formatAmount, formatDate, formatShort, formatTime } from "./format.js";
import { h } from "./render.js";
import { balanceState, guestEndOf } from "./states.js";

const BALANCE_ICONS = { loading: "credit", error: "help", ok: "credit", low: "low", empty: "none", guest: "guest", "guest-empty": "clock" };

/**
 * What the caller has: the balance of a user, the free generations of a guest.
 *
 * @fires credits-buy - The buy button was pressed; opens the dialog of packs unless prevented.
 * @fires credits-sign-up - The sign-up button was pressed; goes to the sign-up page unless prevented.
 */
export class CreditBalance extends CreditsElement {
  static observedAttributes = [...CreditsElement.observedAttributes, "mode", "no-buy", "sign-up-url"];

  static style = `
:host { display: inline-block; vertical-align: middle; }
:host([mode="full"]) { display: block; }
.pill { display: inline-flex; flex-wrap: wrap; align-items: center; gap: .35em .55em; min-block-size: 2.5rem; min-inline-size: min(100%, 14.5rem); max-inline-size: 100%; padding-block: .2em; padding-inline: .75em .3em; border: 1px solid var(--_line); border-radius: 1.4rem; background: var(--_soft); }
.pill > .icon { color: var(--_state); }
/* As wide as it mostly gets, so that nothing beside it moves. */
:host([no-buy]) .pill { min-inline-size: 0; }
.pill button { margin-inline-start: auto; min-block-size: 1.9rem; padding: .1em .8em; border-radius: 1rem; font-size: .9em; }
.pill .line { display: inline-flex; flex-wrap: wrap; align-items: baseline; gap: 0 .35em; padding-inline-end: .5em; }
.amount { font-variant-numeric: tabular-nums; font-weight: 700; overflow-wrap: anywhere; }
.card { display: flex; flex-direction: column; gap: .75em; padding: 1.25em; border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); min-block-size: 16.25rem; }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5em; }
h2 { font-size: 1em; font-weight: 600; color: var(--_muted); }
.chip { display: inline-flex; align-items: center; gap: .35em; padding: .1em .65em; border-radius: 1em; font-size: .875em; font-weight: 600; color: var(--_state); background: var(--_soft); border: 1px solid var(--_line); }
.figure { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .4em; }
.figure .amount { font-size: 2.5em; line-height: 1.1; letter-spacing: -.02em; }
.figure .long { font-size: 1.6em; }
.parts { display: flex; flex-wrap: wrap; gap: .35em 1.5em; padding-block-start: .75em; border-block-start: 1px solid var(--_border); }
.parts div { display: flex; flex-direction: column; }
.parts dd { font-weight: 600; font-variant-numeric: tabular-nums; }
.parts dt { font-size: .8125em; color: var(--_muted); }
.uses { display: flex; gap: .4em; }
.use { flex: 1; block-size: .5rem; border-radius: .25rem; background: color-mix(in oklab, var(--_guest) 18%, var(--_surface)); max-inline-size: 6rem; }
.use.left { background: var(--_guest); }
.card > .actions { margin-block-start: auto; }
.actions { display: flex; flex-wrap: wrap; gap: .5em; align-items: center; }
.notice { padding: .6em .8em; border-radius: calc(var(--_radius) * .7); background: var(--_soft); border: 1px solid var(--_line); }
`;

  #spoken = "";

  /** `compact` for headers, `full` for dashboards. */
  get mode() {
    return this.getAttribute("mode") === "full" ? "full" : "compact";
  }

  set mode(value) {
    this.setAttribute("mode", value);
  }

  /** How the account stands: loading, error, ok, low, empty, guest or guest-empty. */
  get state() {
    return balanceState(client.state);
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("guest-limit-reached", this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("guest-limit-reached", this);
  }

  handleEvent() {
    this.announce(this.t("guestEmptyText"));
  }

  render(snapshot) {
    const state = balanceState(snapshot);
    this.#speak(snapshot, state);
    return this.mode === "full" ? this.#full(snapshot, state) : this.#compact(snapshot, state);
  }

  // Only what matters is spoken, and nothing when the page has just come: the change from enough to low, to empty and back.
  #speak({ purchase, credits }, state) {
    const say = purchase?.state === "done" ? this.#purchaseText(purchase)
      : state === "low" ? `${this.t("lowText")} ${this.t("creditsLeft", this.#amount(credits.balance))}`
      : state === "empty" ? this.t("emptyText")
      : "";
    const key = `${state}|${purchase?.state}`;
    if (this.#spoken && this.#spoken !== key && !this.#spoken.startsWith("loading")) {
      queueMicrotask(() => this.announce(say));
    }
    this.#spoken = key;
  }

  #amount(value) {
    return { n: value, amount: formatAmount(this.language, value) };
  }

  #compact(snapshot, state) {
    const { credits, guest } = snapshot;
    const label = credits ? this.t("creditsLeft", this.#amount(credits.balance)) : null;
    const stale = this.#staleText(snapshot);
    return [h("span", { key: "pill", class: "pill", part: "base", "data-state": state, "aria-busy": String(state === "loading"), title: stale },
      icon(BALANCE_ICONS[state]),
      state === "loading" ? h("span", { key: "line", class: "line" }, h("span", { class: "bone", "aria-hidden": "true" }, "000 credits"), h("span", { class: "visually-hidden" }, this.t(snapshot.slow ? "slow" : "loading")))
      : state === "error" ? h("span", { key: "line", class: "line" }, h("span", { class: "small" }, this.#errorText(snapshot)))
      : credits ? h("span", { key: "line", class: "line", part: "value", title: label },
          h("span", { class: "visually-hidden" }, label),
          h("span", { class: "amount", "aria-hidden": "true" }, formatShort(this.language, credits.balance)),
          h("span", { class: "muted small", "aria-hidden": "true" }, this.t("creditsUnit", { n: credits.balance })),
          state !== "ok" && h("span", { class: "state-text small", part: "state" }, this.t(state)))
      : h("span", { key: "line", class: "line", part: "value" }, state === "guest"
          ? h("span", null, this.t("guestLeft", { n: guest.limit, amount: formatAmount(this.language, guest.remaining), limit: formatAmount(this.language, guest.limit) }))
          : guest.resetsAt !== null && guest.limit > 0 ? this.countdown(guest.resetsAt, "freeAgainIn") : h("span", null, this.t(guestEndOf(guest)))),
      stale && h("span", { key: "stale", class: "muted small", part: "stale" }, stale),
      this.#button(snapshot, state, true)),
    ];
  }

  #full(snapshot, state) {
    const { credits, guest } = snapshot;
    return [h("section", { key: "card", class: "card", part: "base", "data-state": state, "aria-labelledby": "title", "aria-busy": String(state === "loading") },
      h("div", { class: "head" },
        h("h2", { id: "title", part: "title" }, this.t(guest ? "freeGenerations" : "yourCredits")),
        (state === "low" || state === "empty") && h("span", { key: "chip", class: "chip", part: "state" }, icon(BALANCE_ICONS[state]), this.t(state))),
      ...(state === "loading" ? this.#bones(snapshot) : state === "error" ? this.#fault(snapshot) : credits ? this.#user(snapshot, state) : this.#guest(snapshot, state)))];
  }

  #bones(snapshot) {
    return [
      h("p", { key: "figure", class: "figure", "aria-hidden": "true" }, h("span", { class: "amount bone" }, "0000")),
      h("p", { key: "hint", class: "muted small" }, this.t(snapshot.slow ? "slow" : "loading")),
    ];
  }

  #fault(snapshot) {
    return [h("p", { key: "fault", class: "notice" }, this.#errorText(snapshot)), h("p", { key: "actions", class: "actions" }, this.#button(snapshot, "error", false))];
  }

  #user(snapshot, state) {
    const { credits, purchase } = snapshot;
    const part = (key, value) => value > 0 && h("div", null, h("dt", null, this.t(key)), h("dd", null, formatAmount(this.language, value)));
    const parts = [part("welcome", credits.welcome), part("purchased", credits.purchased), part("held", credits.held)].filter(Boolean);
    const stale = this.#staleText(snapshot);
    return [
      h("p", { key: "figure", class: "figure", part: "value" },
        h("span", { class: formatAmount(this.language, credits.balance).length > 9 ? "amount long" : "amount" }, formatAmount(this.language, credits.balance)), " ", h("span", { class: "muted" }, this.t("creditsUnit", { n: credits.balance }))),
      purchase && h("p", { key: "purchase", class: "notice", "data-state": purchase.state === "failed" ? "error" : "ok", part: "purchase" }, this.#purchaseText(purchase)),
      state === "low" && h("p", { key: "hint", class: "state-text" }, this.t("lowText")),
      state === "empty" && h("p", { key: "hint", class: "state-text" }, this.t(credits.held > 0 ? "emptyHeldText" : "emptyText")),
      parts.length > 0 && h("dl", { key: "parts", class: "parts", part: "parts" }, parts),
      credits.nextExpiry !== null && h("p", { key: "expiry", class: "muted small" }, this.t("expires", { date: formatDate(this.language, credits.nextExpiry) })),
      h("p", { key: "actions", class: "actions" }, this.#button(snapshot, state, false), stale && h("span", { class: "muted small", part: "stale" }, stale)),
    ];
  }

  #guest(snapshot, state) {
    const { guest, signUp: offer } = snapshot;
    const stale = this.#staleText(snapshot);
    const uses = Math.min(guest.limit, 12);
    const left = Math.round((guest.remaining / (guest.limit || 1)) * uses);
    return [
      guest.limit > 0 && h("p", { key: "figure", class: "figure", part: "value" },
        h("span", { class: "amount" }, formatAmount(this.language, guest.remaining)), " ",
        h("span", { class: "muted" }, this.t("guestLeft", { n: guest.limit, amount: "\u0000", limit: formatAmount(this.language, guest.limit) }).replace(/^.*\u0000\s*/s, ""))),
      uses > 1 && h("div", { key: "uses", class: "uses", "aria-hidden": "true", part: "meter" }, Array.from({ length: uses }, (_, index) => h("span", { class: index < left ? "use left" : "use" }))),
      h("p", { key: "hint" }, state === "guest" ? this.t("guestText", this.#amount(guest.remaining)) : this.t(guestEndOf(guest)),
        guest.resetsAt !== null && guest.remaining < guest.limit && [" ", this.countdown(guest.resetsAt, state === "guest" ? "nextFreeIn" : "freeAgainIn")]),
      offer && offer.welcomeCredits > 0 && h("p", { key: "offer", class: "muted" }, this.t("signUpText", this.#amount(offer.welcomeCredits))),
      h("p", { key: "actions", class: "actions" }, this.#button(snapshot, state, false), stale && h("span", { class: "muted small", part: "stale" }, stale)),
    ];
  }

  #button(snapshot, state, compact) {
    const { credits, guest, signUp: offer, errors } = snapshot;
    if (state === "loading" || (state === "error" && errors.credits === "missing")) {
      return null;
    }

    if (state === "error" && errors.credits !== "signed-out") {
      return h("button", { key: "button", type: "button", class: "plain", part: "button retry-button", onclick: () => client.refresh() }, this.t("retry"));
    }

    if (credits) {
      return !this.hasAttribute("no-buy") && h("button", { key: "button", type: "button", class: state === "ok" ? "plain" : null, part: "button buy-button", onclick: () => this.#buy() },
        icon("plus"), this.t(compact ? "buyShort" : "buy"));
    }

    const welcome = offer?.welcomeCredits ?? 0;
    const label = !guest ? this.t("signIn") : !compact && welcome > 0 ? this.t("signUpFor", this.#amount(welcome)) : this.t("signUp");
    return h("button", { key: "button", type: "button", part: "button sign-up-button", onclick: () => signUp(this, this.getAttribute("sign-up-url") ?? offer?.url ?? null) }, label);
  }

  #buy() {
    if (this.emit("credits-buy", {})) {
      openPacks(this);
    }
  }

  #purchaseText(purchase) {
    return purchase.state === "pending" ? this.t("purchasePending")
      : purchase.state === "failed" ? this.t("purchaseFailed")
      : this.t("purchaseDone", this.#amount(purchase.credits ?? 0));
  }

  #errorText({ errors, offline }) {
    return this.t(offline || errors.credits === "offline" ? "offline" : errors.credits === "signed-out" ? "errorSignedOut" : errors.credits === "missing" ? "errorMissing" : "errorFailed");
  }

  /** Figures that may have changed since say when they were right. */
  #staleText({ errors, offline, updatedAt }) {
    if ((!errors.credits && !offline) || updatedAt === null) {
      return null;
    }

    const at = this.t("stale", { time: formatTime(this.language, updatedAt) });
    return offline ? `${this.t("offline")} ${at}` : at;
  }
}

define("credit-balance", CreditBalance);
