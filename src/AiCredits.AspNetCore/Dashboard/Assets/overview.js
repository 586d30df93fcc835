import { get } from "./api.js";
import { chart } from "./charts.js";
import { h, table, tag, tiles } from "./dom.js";
import { amount, day, money, percent, short, span, time, words } from "./format.js";

const intervals = [["hour", "Hours"], ["day", "Days"], ["week", "Weeks"], ["month", "Months"]];

/** What was generated, spent, granted and bought. */
export async function overview({ query }) {
  const interval = query.get("interval") ?? "day";
  const [report, integrity] = await Promise.all([get("/analytics", { interval, from: query.get("from"), to: query.get("to") }), get("/integrity")]);
  const { totals } = report;
  return {
    title: "Overview",
    content: h("div", { class: "stack" },
      h("div", { class: "head" },
        h("div", {},
          h("h1", { tabindex: -1 }, "Overview"),
          h("p", {}, `${day(report.from)} to ${day(new Date(Date.parse(report.to) - 1))}, in UTC. `, report.asOf ? `As of ${time(report.asOf)}.` : "Nothing is rolled up yet: look again in a minute.")),
        controls(interval, query, report)),
      state(integrity),
      tiles([
        ["Credits spent", short(totals.spent), `${short(totals.refunded)} given back`],
        ["Generations", short(totals.generations), `${short(totals.guestGenerations)} by guests`],
        ["Delivered", totals.generations ? percent(totals.succeeded / totals.generations) : "–", `${short(totals.failed)} failed`],
        ["Active accounts", short(totals.activeAccounts), totals.activeAccounts === null ? "not known by hours" : `${totals.generationsPerAccount === null ? "–" : short(totals.generationsPerAccount)} generations each`],
        ["Typical time", span(totals.duration.p50), `95 % within ${span(totals.duration.p95)}`],
        ["Sign-ups", short(totals.newAccounts), `${short(totals.claimedGuests)} had been guests`],
        ["Purchases", short(totals.purchases), `${short(totals.grantedPaid)} credits`],
        ["Paid, not spent yet", short(report.outstanding.paid), `and ${short(report.outstanding.free)} free ones`],
      ]),
      h("div", { class: "grid" },
        chart("Credits spent", "How fast credits burn: all of them, and those that were paid for.", report, [
          { name: "Spent", colour: "--plot-1", value: figures => figures.spent, bars: true },
          { name: "Of which paid", colour: "--plot-4", value: figures => figures.spentPaid },
        ]),
        chart("Generations", "Those that ended, and those of them that did not deliver.", report, [
          { name: "All", colour: "--plot-2", value: figures => figures.generations, bars: true },
          { name: "Failed", colour: "--plot-3", value: figures => figures.failed },
        ]),
        chart("Generation time", "Of those that delivered; within 2 % of the exact percentile.", report, [
          { name: "Half within", colour: "--plot-1", value: figures => figures.duration.p50 },
          { name: "95 % within", colour: "--plot-4", value: figures => figures.duration.p95, dash: [6, 4] },
          { name: "99 % within", colour: "--plot-3", value: figures => figures.duration.p99, dash: [2, 3] },
        ], { seconds: true }),
        chart("From guest to buyer", "New guests, sign-ups, and first purchases.", report, [
          { name: "New guests", colour: "--plot-1", value: figures => figures.newGuests },
          { name: "Sign-ups", colour: "--plot-2", value: figures => figures.newAccounts },
          { name: "First purchases", colour: "--plot-4", value: figures => figures.firstPurchases },
        ]),
        chart("Credits granted", "Bought, welcome, and all kinds together.", report, [
          { name: "All", colour: "--plot-2", value: figures => figures.granted, bars: true },
          { name: "Bought", colour: "--plot-4", value: figures => figures.grantedPaid },
          { name: "Welcome", colour: "--plot-1", value: figures => figures.grantedWelcome },
        ]),
        ...totals.revenue.map(({ currency }) => chart(`Revenue in ${currency}`, "What the purchases paid in each step brought, and what is left of it by now.", report, [
          { name: "Paid", colour: "--plot-2", value: figures => of(figures, currency).paid, bars: true },
          { name: "Less refunds and disputes", colour: "--plot-4", value: figures => of(figures, currency).net },
        ])),
        funnel(report.funnel, totals)),
      moneyTable(report),
      models(report.models),
      h("div", { class: "grid" }, topAccounts(report.topAccounts), retention(report))),
  };
}

function controls(interval, query, report) {
  const go = change => {
    const next = new URLSearchParams([...query, ...Object.entries(change)]);
    for (const [name, value] of Object.entries(change)) {
      value ? next.set(name, value) : next.delete(name);
    }

    location.hash = next.size > 0 ? `/?${next}` : "/";
  };
  const from = h("input", { type: "date", name: "from", value: query.get("from") ?? day(report.from) });
  const to = h("input", { type: "date", name: "to", value: query.get("to") ?? day(report.to) });
  return h("div", { class: "row" },
    h("div", { class: "segments", role: "group", "aria-label": "Interval" }, intervals.map(([name, text]) =>
      h("button", { type: "button", "aria-pressed": String(name === interval), onclick: () => go({ interval: name, from: null, to: null }) }, text))),
    h("form", { class: "period", onsubmit: event => { event.preventDefault(); go({ from: from.value, to: to.value }); } },
      h("label", {}, "From", from),
      h("label", {}, "Until before", to),
      h("button", {}, "Show")));
}

// What does not add up stands above everything else.
function state({ checkedAt, accounts, faults }) {
  return faults.length === 0
    ? h("p", { class: "note" }, tag("The ledger adds up", "good"), " ", h("a", { href: "#/integrity" }, "Prove all accounts"), ". ", checkedAt ? `Last checked ${time(checkedAt)}; ${amount(accounts)} looks at accounts since this process started.` : "The first check in the background is still to come.")
    : h("section", { class: "card fault", role: "alert" },
      h("h2", {}, "The ledger does not add up"),
      h("p", {}, "Look at these accounts before anything else."),
      table("What does not add up", [
        { title: "Account", head: true, cell: fault => h("a", { class: "id", href: `#/accounts/${encodeURIComponent(fault.account)}` }, fault.account) },
        { title: "Rule", cell: fault => words(fault.rule) },
        { title: "What", cell: fault => fault.detail, class: "wrap" },
      ], faults));
}

function funnel(figures, totals) {
  const bar = (name, count, of) => {
    const fill = h("span", {});
    fill.style.width = `${of > 0 ? Math.max(0.5, count / of * 100) : 0}%`;
    return h("li", {}, h("div", { class: "label" }, h("span", {}, name), h("b", {}, `${short(count)}${of !== count && of > 0 ? ` · ${percent(count / of)}` : ""}`)), h("div", { class: "track", "aria-hidden": "true" }, fill));
  };
  return h("section", { class: "card" },
    h("h2", {}, "What became of the guests"),
    h("p", { class: "note" }, "Of the guests who came in this period, until now."),
    h("ul", { class: "funnel" },
      bar("Guests who generated", figures.guests, figures.guests),
      bar("Signed up", figures.signedUp, figures.guests),
      bar("Bought credits", figures.purchased, figures.guests)),
    h("h2", {}, "Welcome credits"),
    h("ul", { class: "funnel" },
      bar("Granted", totals.grantedWelcome, totals.grantedWelcome),
      bar("Spent", totals.spentWelcome, Math.max(totals.grantedWelcome, totals.spentWelcome))));
}

function models(items) {
  const all = items.reduce((sum, model) => sum + model.generations, 0);
  return h("section", { class: "card" },
    h("h2", {}, "Models"),
    items.length === 0 ? h("p", { class: "empty" }, "Nothing was generated in this period.") : table("Models", [
      { title: "Model", cell: model => model.model, head: true },
      { title: "Generations", num: true, cell: model => amount(model.generations) },
      { title: "Share", num: true, cell: model => percent(model.generations / all) },
      { title: "Failed", num: true, cell: model => model.generations === 0 ? "–" : tag(percent(model.failureRate), model.failureRate >= 0.2 ? "bad" : model.failureRate >= 0.05 ? "warn" : "good") },
      { title: "Half within", num: true, cell: model => span(model.duration.p50) },
      { title: "95 % within", num: true, cell: model => span(model.duration.p95) },
      { title: "99 % within", num: true, cell: model => span(model.duration.p99) },
      { title: "Average", num: true, cell: model => span(model.duration.average) },
      { title: "Credits", num: true, cell: model => amount(model.spent) },
      { title: "Given back", num: true, cell: model => amount(model.refunded) },
      { title: "Provider cost", num: true, cell: model => model.providerCosts.length === 0 ? "–" : model.providerCosts.map(cost => `${amount(cost.cost)} ${cost.currency}`).join(", ") },
      { title: "Per credit", num: true, cell: model => model.providerCosts.filter(cost => cost.charged > 0).map(cost => `${amount(Math.round(cost.cost / cost.charged * 1e6) / 1e6)} ${cost.currency}`).join(", ") || "–" },
    ], items));
}

function of(figures, currency) {
  return figures.revenue.find(revenue => revenue.currency === currency) ?? { purchases: 0, paid: 0, refunded: 0, disputesLost: 0, net: 0 };
}

function moneyTable({ totals, outstanding }) {
  const currencies = [...new Set([...totals.revenue.map(revenue => revenue.currency), ...outstanding.deferred.map(deferred => deferred.currency)])].sort();
  const deferred = currency => outstanding.deferred.find(one => one.currency === currency)?.amount ?? 0;
  return h("section", { class: "card" },
    h("h2", {}, "Money"),
    h("p", { class: "note" }, "Of the purchases that were paid in this period, what became of the money until now. Deferred revenue is what is owed now: bought credits that are not spent, at what was paid for them."),
    currencies.length === 0 ? h("p", { class: "empty" }, "Nothing was sold.") : table("Money", [
      { title: "Currency", head: true, cell: currency => currency },
      { title: "Purchases", num: true, cell: currency => amount(of(totals, currency).purchases) },
      { title: "Paid", num: true, cell: currency => money(of(totals, currency).paid, currency) },
      { title: "Refunded", num: true, cell: currency => money(of(totals, currency).refunded, currency) },
      { title: "Lost to disputes", num: true, cell: currency => money(of(totals, currency).disputesLost, currency) },
      { title: "Left", num: true, cell: currency => money(of(totals, currency).net, currency) },
      { title: "Deferred revenue", num: true, cell: currency => money(deferred(currency), currency) },
    ], currencies));
}

function topAccounts(items) {
  return h("section", { class: "card" },
    h("h2", {}, "Top accounts"),
    items.length === 0 ? h("p", { class: "empty" }, "Nobody spent anything in this period.") : table("Top accounts", [
      { title: "Account", head: true, cell: item => h("a", { class: "id", href: `#/accounts/${encodeURIComponent(item.account)}` }, item.account) },
      { title: "Spent", num: true, cell: item => amount(item.spent) },
      { title: "Generations", num: true, cell: item => amount(item.generations) },
    ], items));
}

function retention({ cohorts, interval }) {
  const unit = interval === "month" ? "Month" : "Week";
  const longest = Math.min(12, Math.max(0, ...cohorts.map(cohort => cohort.active.length)));
  const cell = (cohort, index) => {
    if (index >= cohort.active.length) {
      return "";
    }

    const part = cohort.accounts === 0 ? 0 : cohort.active[index] / cohort.accounts;
    const shade = h("div", { class: "cell" }, cohort.accounts === 0 ? "–" : percent(part));
    shade.style.background = `color-mix(in srgb, var(--plot-2) ${Math.round(part * 38)}%, transparent)`;
    return shade;
  };
  return h("section", { class: "card" },
    h("h2", {}, "Who comes back"),
    h("p", { class: "note" }, `The part of the accounts opened in a ${unit.toLowerCase()} that generated in it and in those after it.`),
    table("Who comes back", [
      { title: "Opened in", head: true, cell: cohort => day(cohort.start), class: "when" },
      { title: "Accounts", num: true, cell: cohort => amount(cohort.accounts) },
      ...Array.from({ length: longest }, (_, index) => ({ title: index === 0 ? "Same" : `+${index}`, num: true, cell: cohort => cell(cohort, index) })),
    ], cohorts));
}
