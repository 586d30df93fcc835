// The packs: to the checkout, and back from it.

import { client } from "/api/credits/ui/aicredits.js";
import { call, credits, money, time } from "./api.js";
import { $, element, say, show } from "./dom.js";
import { openAccount, start, watch } from "./page.js";
import { showNoPlan, showPlan, startPlans } from "./plans.js";

const states = {
  pending: "not paid yet",
  paid: "paid, not delivered yet",
  delivered: "delivered",
  partlyRefunded: "refunded in part",
  refunded: "refunded",
  disputed: "disputed",
  failed: "failed",
  expired: "expired",
};

const isUser = () => document.body.dataset.caller === "user";
const page = { isUser, signUp: () => openAccount(true), tell };

async function buy(packId, button) {
  if (!isUser()) {
    openAccount(true);
    return;
  }

  button.disabled = true;
  // The same key for the same click: a second one, or one after a lost answer, leads to the same checkout.
  button.dataset.key ??= crypto.randomUUID();
  const answer = await call("POST", "/api/credits/checkout", { packId, returnUrl: location.pathname }, { "Idempotency-Key": button.dataset.key });
  button.disabled = false;
  if (answer.ok) {
    location.assign(answer.body.url);
    return;
  }

  if (answer.status === 409) {
    delete button.dataset.key;
  }
  tell("failed", answer.body?.title ?? "That didn't work", answer.body?.detail ?? "Try again in a moment.");
}

function tell(state, title, text) {
  $("purchase").className = `notice ${state}`;
  $("purchase-title").textContent = title;
  $("purchase-text").textContent = text;
  show("purchase", true);
  say(title);
}

let look = 0;
// Until the way back has asked for it, a plan that was just paid is in no list.
let returning = new URLSearchParams(location.search).has("subscription");

async function showPurchases() {
  // Answers may overtake each other: only the one that was asked for last counts.
  const mine = ++look;
  const answer = isUser() ? await call("GET", "/api/credits/purchases") : null;
  if (mine !== look) {
    return;
  }

  const items = answer?.ok ? answer.body.items : [];
  if (items.some((purchase) => purchase.subscriptionId)) {
    showPlan(page);
  } else if (!returning) {
    showNoPlan();
  }

  show("bought", items.length > 0);
  $("purchases").replaceChildren(...items.map((purchase) => {
    const item = element("li", {},
      element("strong", { textContent: purchase.packName }),
      ` ${money(purchase.price, purchase.currency)}, ${credits(purchase.credits)}, ${time(new Date(purchase.createdAt))}: ${states[purchase.status]}`);
    item.dataset.status = purchase.status;
    return item;
  }));
}

// The buyer has come back. The site asks the provider, so the credits are here before any webhook; a delayed payment takes longer.
async function showReturn() {
  const query = new URLSearchParams(location.search);
  const id = query.get("purchase");
  if (!(id || query.get("subscription")) || !isUser()) {
    return;
  }

  history.replaceState(null, "", location.pathname);
  if (query.get("checkout") === "cancelled") {
    tell("guest", "Nothing was bought", "You came back without paying. The packs are still here.");
    return;
  }

  if (!id) {
    const plan = await showPlan(page);
    if (plan?.status === "active" || plan?.status === "trialing") {
      tell("guest", "You are subscribed", "The credits are on your account. More come with every period.");
      await client.refresh();
      return;
    }

    tell("low", "The payment is on its way", "The plan begins as soon as the money is there, whether this page is open or not.");
    return;
  }

  for (let tries = 0; tries < 5; tries++) {
    const answer = await call("GET", `/api/credits/purchases/${encodeURIComponent(id)}`);
    if (answer.ok && answer.body.status === "delivered") {
      tell("guest", `${credits(answer.body.credits)} bought`, "They are on your account, and never expire.");
      await client.refresh();
      // The credits may have been there a moment before the purchase was marked as delivered.
      await showPurchases();
      return;
    }
    if (!answer.ok || !["pending", "paid"].includes(answer.body.status)) {
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  tell("low", "The payment is on its way", "The credits come as soon as the money is there, whether this page is open or not.");
}

$("portal").addEventListener("click", async () => {
  const answer = await call("GET", `/api/credits/portal?returnUrl=${encodeURIComponent(location.pathname)}`);
  if (answer.ok) {
    location.assign(answer.body.url);
    return;
  }

  tell("failed", answer.body?.title ?? "That didn't work", answer.body?.detail ?? "Try again in a moment.");
});
$("packs-sign-up").addEventListener("click", () => openAccount(true));
for (const price of document.querySelectorAll(".pack-price")) {
  price.textContent = money(Number(price.dataset.price), price.dataset.currency);
}
for (const item of $("packs").children) {
  const button = item.querySelector("button");
  button.addEventListener("click", () => buy(item.dataset.pack, button));
}
startPlans(page);
start();
let balance;
watch(["credits"], (snapshot) => {
  // What was bought changes what there is.
  if (snapshot.credits?.balance !== balance) {
    balance = snapshot.credits?.balance;
    showPurchases();
  }
});
await showReturn();
returning = false;
$("packs").dataset.ready = "true";
