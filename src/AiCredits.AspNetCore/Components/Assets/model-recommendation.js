import { CreditsElement, client, define } from "./element.js";
import { formatAmount } from "./format.js";
import { h } from "./render.js";
import { costOf, countOf, exact, guestEndOf, isAffordable, recommendedOf, runsOf, tierOf } from "./states.js";

const TIER_TEXT = { budget: "tierBudget", standard: "tierStandard", premium: "tierPremium" };

/**
 * A selector of models: what each costs, what it is good at, and which one the balance recommends. Takes part in forms
 * as a radio group does.
 *
 * @fires model-change - Another model is selected, by the person or by the balance.
 * @fires change - As of an input: the person has selected another model.
 */
export class ModelRecommendation extends CreditsElement {
  static formAssociated = true;

  static observedAttributes = [...CreditsElement.observedAttributes, "value", "count", "label", "disabled"];

  static parts = /** @type {import("./client.js").Part[]} */ (["credits", "models"]);

  static style = `
.group { container-type: inline-size; }
legend { font-weight: 600; padding-block-end: .5em; }
.models { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15.5rem), 1fr)); gap: .6em; }
.model { position: relative; display: grid; grid-template-columns: auto 1fr auto; gap: .15em .7em; align-items: baseline; align-content: start; min-block-size: 6.1rem; block-size: 100%; padding: .8em .95em; border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); cursor: pointer; transition: border-color .15s, background-color .15s; overflow-wrap: anywhere; }
.model:hover { border-color: color-mix(in oklab, var(--_accent) 55%, var(--_surface)); }
.model:has(input:checked) { border-color: var(--_accent); box-shadow: inset 0 0 0 1px var(--_accent); background: color-mix(in oklab, var(--_accent) 8%, var(--_surface)); }
.model:has(input:focus-visible) { outline: 3px solid var(--_accent); outline-offset: 2px; }
.model:has(input:disabled) { cursor: not-allowed; background: var(--_raised); }
.model:has(input:disabled) .name, .model:has(input:disabled) .price { color: var(--_muted); }
input { inline-size: 1.15rem; block-size: 1.15rem; margin: 0; translate: 0 .2em; accent-color: var(--_accent); outline: none; }
.name { font-weight: 650; }
.price { font-weight: 700; font-variant-numeric: tabular-nums; text-align: var(--_end); }
.best-for { grid-column: 2; color: var(--_muted); font-size: .875em; }
.tags { grid-column: 2 / -1; font-size: .875em; margin-block-start: .25em; display: flex; flex-wrap: wrap; align-items: center; gap: .3em .5em; }
.tag { padding: 0 .6em; border-radius: 1em; border: 1px solid var(--_border); color: var(--_muted); font-size: .9285em; }
.tag.advice { border-color: var(--_good); background: color-mix(in oklab, var(--_good) 10%, var(--_surface)); color: var(--_good); font-weight: 600; }
.tag.short { border-color: var(--_line); color: var(--_state); }
.runs { color: var(--_muted); font-size: .875em; font-variant-numeric: tabular-nums; text-align: var(--_end); }
.message { padding: .8em 1em; border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_raised); display: flex; flex-wrap: wrap; gap: .5em 1em; align-items: center; justify-content: space-between; }
.message + .models { margin-block-start: .6em; }
`;

  #internals = null;
  #chosen = /** @type {string | null} */ (null);
  #told = /** @type {string | null} */ (null);

  constructor() {
    super();
    this.#internals = this.attachInternals?.() ?? null;
  }

  /** The id of the selected model; null while none is. */
  get value() {
    return this.#selected(client.state)?.id ?? null;
  }

  set value(id) {
    this.#chosen = id === null || id === undefined ? null : String(id);
    this.#settle();
    this.draw();
  }

  /** The selected model with its price; null while none is. */
  get selectedModel() {
    return this.#selected(client.state);
  }

  /** How many results will be asked for: a model must be affordable that often. */
  get count() {
    return countOf(this.getAttribute("count"));
  }

  set count(value) {
    this.setAttribute("count", String(value));
  }

  get name() {
    return this.getAttribute("name") ?? "";
  }

  set name(value) {
    this.setAttribute("name", value);
  }

  get disabled() {
    return this.hasAttribute("disabled");
  }

  set disabled(value) {
    this.toggleAttribute("disabled", Boolean(value));
  }

  get form() {
    return this.#internals?.form ?? null;
  }

  formResetCallback() {
    this.value = null;
  }

  formDisabledCallback() {
    this.draw();
  }

  formStateRestoreCallback(value) {
    this.value = value;
  }

  focus(options) {
    /** @type {any} */ (this.shadowRoot?.querySelector("input:checked") ?? this.shadowRoot?.querySelector("input:enabled"))?.focus(options);
  }

  attributeChangedCallback(name) {
    super.attributeChangedCallback(name);
    this.#settle();
  }

  connectedCallback() {
    super.connectedCallback();
    this.#settle();
  }

  changed() {
    super.changed();
    this.#settle();
  }

  // What the person chose stays, whatever the balance does; until then the balance recommends.
  #selected(snapshot) {
    const models = snapshot.models ?? [];
    const wanted = this.#chosen ?? this.getAttribute("value");
    const found = models.find((model) => model.id === wanted);
    if (found && (this.#chosen !== null || isAffordable(snapshot, found, this.count))) {
      return found;
    }

    return recommendedOf(snapshot, this.count) ?? found ?? null;
  }

  #settle() {
    const value = this.value;
    this.#internals?.setFormValue?.(value);
    if (value !== this.#told) {
      this.#told = value;
      if (this.isConnected) {
        this.emit("model-change", { value, model: this.selectedModel });
      }
    }
  }

  #choose(id) {
    this.value = id;
    this.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
  }

  render(snapshot) {
    const { models, errors } = snapshot;
    return [h("fieldset", { key: "group", class: "group", part: "base", "aria-busy": String(!models && !errors.models) },
      h("legend", { part: "label" }, this.getAttribute("label") ?? this.t("modelLabel")),
      !models && errors.models ? this.#message(this.t(errors.models === "offline" ? "offline" : "errorFailed"), true)
      : !models ? [h("span", { class: "visually-hidden" }, this.t(snapshot.slow ? "slow" : "loading")), h("div", { class: "models", "aria-hidden": "true" }, Array.from({ length: 6 }, () => this.#bone()))]
      : models.length === 0 ? this.#message(this.t("modelsEmpty"), false)
      : this.#list(snapshot, models))];
  }

  #message(message, retry) {
    return h("p", { key: "message", class: "message", part: "message" }, message, retry && h("button", { type: "button", class: "plain", part: "button retry-button", onclick: () => client.refresh() }, this.t("retry")));
  }

  #bone() {
    return h("div", { class: "model" }, h("span", { class: "bone" }, "00"), h("span", { class: "name" }, h("span", { class: "bone" }, "Model name")), h("span", { class: "bone" }, "1 credit"));
  }

  #list(snapshot, models) {
    const selected = this.#selected(snapshot);
    const advised = recommendedOf(snapshot, this.count);
    const none = (snapshot.credits || snapshot.guest) && !models.some((model) => isAffordable(snapshot, model, this.count));
    return [
      none && this.#message(this.t(snapshot.guest ? guestEndOf(snapshot.guest) : "modelsNone"), false),
      h("div", { key: "models", class: "models", part: "models" }, models.map((model) => this.#option(snapshot, models, model, selected, advised))),
    ];
  }

  #option(snapshot, models, model, selected, advised) {
    const affordable = isAffordable(snapshot, model, this.count);
    const checked = model === selected;
    const { missing, cost, state } = costOf(snapshot, model.id, this.count);
    const amount = (value) => ({ n: value, amount: formatAmount(this.language, value) });
    const runs = runsOf(snapshot, model);
    const price = exact(model.credits * this.count);
    return h("label", { key: model.id, class: "model", part: checked ? "model model-selected" : "model" },
      h("input", {
        type: "radio", name: "model", value: model.id, checked,
        // What is chosen stays reachable, with the word that the balance doesn't reach for it.
        disabled: this.disabled || this.matches(":disabled") || (!affordable && !(checked && this.#chosen !== null)),
        onclick: () => {
          // Who clicks on what is recommended already has chosen it, although nothing changes.
          this.#chosen = model.id;
        },
        onchange: () => this.#choose(model.id),
      }),
      h("span", { class: "name", part: "model-name" }, model.name),
      h("span", { class: "price", part: "model-cost" }, snapshot.guest && affordable ? this.t("freeRun") : this.t("credits", amount(price))),
      h("span", { class: "best-for", part: "model-best-for" }, model.bestFor),
      affordable && snapshot.credits && h("span", { key: "runs", class: "runs" }, this.t("runsLeft", amount(runs))),
      h("span", { key: "tags", class: "tags" },
        model === advised && h("span", { key: "advice", class: "tag advice", part: "model-recommended" }, this.t("recommended")),
        h("span", { key: "tier", class: "tag", part: "model-tier" }, this.t(TIER_TEXT[tierOf(model, models)])),
        !affordable && h("span", { key: "short", class: "tag short", part: "model-short", "data-state": state }, state === "guest" ? this.t("freeUsedUp") : this.t("needsMore", amount(missing || cost)))));
  }
}

define("model-recommendation", ModelRecommendation);
