import { CreditsElement, client, define, icon, openPacks, signUp } from "./element.js";
import { formatAmount } from "./format.js";
import { h } from "./render.js";
import { costOf, countOf, guestEndOf } from "./states.js";

const COST_ICONS = { loading: "credit", error: "help", unknown: "help", sufficient: "check", low: "low", insufficient: "none", guest: "guest" };

/**
 * What the next generation costs, and whether the caller can pay it.
 *
 * @fires credits-buy - Asked for more credits; opens the dialog of packs unless prevented.
 * @fires credits-sign-up - The sign-up button was pressed; goes to the sign-up page unless prevented.
 */
export class GenerationCostIndicator extends CreditsElement {
  static observedAttributes = [...CreditsElement.observedAttributes, "mode", "model", "count", "cost", "for"];

  static parts = /** @type {import("./client.js").Part[]} */ (["credits", "models"]);

  static style = `
:host { display: block; }
:host([mode="badge"]), :host([mode="compact"]) { display: inline-block; vertical-align: middle; }
.panel { display: flex; flex-wrap: wrap; align-items: center; gap: .35em .8em; padding: .7em 1em; min-block-size: 4.1rem; border: 1px solid var(--_line); border-inline-start: 4px solid var(--_state); border-radius: calc(var(--_radius) * .7); background: var(--_soft); }
.panel > .icon { color: var(--_state); inline-size: 1.5em; block-size: 1.5em; }
.lines { flex: 1 1 11em; min-inline-size: 0; overflow-wrap: anywhere; }
.cost { font-weight: 700; font-variant-numeric: tabular-nums; }
.pill { display: inline-flex; align-items: center; gap: .4em; min-block-size: 1.9rem; max-inline-size: 100%; padding: .1em .7em; border-radius: 1rem; border: 1px solid var(--_line); background: var(--_soft); color: var(--_state); font-size: .9em; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
`;

  #source = null;

  /** `full`, or `badge` where there is little room. */
  get mode() {
    return ["badge", "compact"].includes(this.getAttribute("mode") ?? "") ? "badge" : "full";
  }

  set mode(value) {
    this.setAttribute("mode", value);
  }

  /** The id of the model; of the selector that `for` names when there is none. */
  get model() {
    return this.getAttribute("model") ?? this.#selector()?.value ?? null;
  }

  set model(value) {
    value === null ? this.removeAttribute("model") : this.setAttribute("model", value);
  }

  /** How many results are asked for. */
  get count() {
    return countOf(this.getAttribute("count") ?? this.#selector()?.getAttribute("count"));
  }

  set count(value) {
    this.setAttribute("count", String(value));
  }

  /** What one result costs, where the page knows better than the price list; null for the model's price. */
  get cost() {
    const cost = Number.parseFloat(this.getAttribute("cost") ?? "");
    return Number.isFinite(cost) && cost >= 0 ? cost : null;
  }

  set cost(value) {
    value === null ? this.removeAttribute("cost") : this.setAttribute("cost", String(value));
  }

  /** loading, error, unknown, sufficient, low, insufficient or guest. */
  get state() {
    return costOf(client.state, this.model, this.count, this.cost).state;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("model-change", this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("model-change", this);
  }

  handleEvent(event) {
    if (event.target === this.#selector()) {
      this.draw();
    }
  }

  render(snapshot) {
    const view = costOf(snapshot, this.model, this.count, this.cost);
    return [this.mode === "badge" ? this.#badge(view) : this.#panel(snapshot, view)];
  }

  #selector() {
    const id = this.getAttribute("for");
    return id ? /** @type {any} */ (this.getRootNode()).getElementById?.(id) ?? null : null;
  }

  #amount(value) {
    return { n: value, amount: formatAmount(this.language, value) };
  }

  #costText(view) {
    const { guest } = client.state;
    if (view.state !== "guest" || (guest.limit <= 0 && view.cost > 0)) {
      return this.t("credits", this.#amount(view.cost));
    }
    return guest.limit <= 0 ? this.t("signUp")
      : view.exhausted ? this.t("guestLeft", { n: guest.limit, amount: formatAmount(this.language, guest.remaining), limit: formatAmount(this.language, guest.limit) })
      : this.t("costGuestShort");
  }

  #badge(view) {
    const { state, exhausted } = view;
    const said = { sufficient: "stateEnough", low: "stateLow", insufficient: "stateInsufficient" }[state] ?? (exhausted ? guestEndOf(client.state.guest) : null);
    return h("span", { key: "pill", class: "pill", part: "base", "data-state": state, "aria-busy": String(state === "loading"), title: said && this.t(said) },
      icon(exhausted ? "clock" : COST_ICONS[state]),
      state === "loading" ? [h("span", { class: "bone", "aria-hidden": "true" }, "1 credit"), h("span", { class: "visually-hidden" }, this.t("loading"))]
      : state === "unknown" ? this.t("costUnknown")
      : state === "error" ? this.t("errorFailed")
      : [h("span", { part: "cost" }, this.#costText(view)), said && h("span", { class: "visually-hidden" }, `, ${this.t(said)}`)]);
  }

  #panel(snapshot, view) {
    const { state, exhausted } = view;
    return h("div", { key: "panel", class: "panel", part: "base", role: "group", "aria-label": this.t("costLabel"), "data-state": state, "aria-busy": String(state === "loading") },
      icon(exhausted ? "clock" : COST_ICONS[state]),
      h("div", { class: "lines" },
        state === "loading" ? [h("p", { class: "cost" }, h("span", { class: "bone", "aria-hidden": "true" }, "1 credit")), h("p", { class: "muted small" }, this.t(snapshot.slow ? "slow" : "loading"))]
        : state === "unknown" ? h("p", { class: "cost" }, this.t("costUnknown"))
        : state === "error" ? h("p", null, this.t("errorFailed"))
        : [h("p", { class: "cost", part: "cost" }, this.#costText(view), view.model && h("span", { class: "muted small" }, ` · ${view.model.name}${this.count > 1 ? ` × ${formatAmount(this.language, this.count)}` : ""}`)),
           h("p", { class: "small", part: "state" }, this.#explain(snapshot, view))]),
      this.#action(snapshot, view));
  }

  #explain({ credits, guest }, { state, left, missing, held, exhausted, cost }) {
    switch (state) {
      case "guest":
        return exhausted
          ? guest.remaining > 0 ? this.t("costGuestFewer", this.#amount(guest.remaining)) : [this.t(guestEndOf(guest)), guest.resetsAt !== null && guest.limit > 0 && [" ", this.countdown(guest.resetsAt, "freeAgainIn")]]
          : this.t("costGuest", { n: this.count, amount: formatAmount(this.language, this.count), left: formatAmount(this.language, guest.remaining) });
      case "insufficient":
        return h("span", { class: "state-text" }, held ? this.t("costHeld") : this.t("costInsufficient", this.#amount(missing)));
      default:
        return h("span", { class: state === "low" ? "state-text" : "muted" }, this.t(left === 0 ? "costLast" : state === "low" ? "costLow" : "costEnough", { credits: this.t("credits", this.#amount(left)), n: cost }));
    }
  }

  #action(snapshot, { state, held, exhausted }) {
    if (state === "insufficient" && !held) {
      return h("button", { key: "action", type: "button", part: "button buy-button", onclick: () => this.emit("credits-buy", {}) && openPacks(this) }, this.t("buy"));
    }
    if (exhausted) {
      return h("button", { key: "action", type: "button", part: "button sign-up-button", onclick: () => signUp(this, snapshot.signUp?.url ?? null) }, this.t("signUp"));
    }
    return state === "error" && h("button", { key: "action", type: "button", class: "plain", part: "button retry-button", onclick: () => client.refresh() }, this.t("retry"));
  }
}

define("generation-cost-indicator", GenerationCostIndicator);
