// Plans: to the checkout, to another plan, and to an end.

import { call, time } from "./api.js";
import { $, say, show } from "./dom.js";

const isEnded = (answer) => answer.status === 404;
let subscription = null;
let look = 0;

/** @param {{ isUser: () => boolean, signUp: () => void, tell: (state: string, title: string, text: string) => void }} page */
export function startPlans(page) {
  for (const item of $("plans").children) {
    item.querySelector("button").addEventListener("click", (event) => choose(page, item.dataset.plan, event.currentTarget));
  }

  $("plan-end").addEventListener("click", (event) => act(page, subscription.cancelAtPeriodEnd ? "reactivate" : "cancel", undefined, event.currentTarget));
}

/** Shows the plan that is in force, if there is one, and gives it back. */
export async function showPlan(page) {
  // Answers may overtake each other: only the one that was asked for last counts.
  const mine = ++look;
  const answer = page.isUser() ? await call("GET", "/api/credits/subscription") : { status: 404 };
  if (mine === look && (answer.ok || isEnded(answer))) {
    render(answer.ok ? answer.body : null);
  }

  return answer.ok ? answer.body : null;
}

/** Nobody's plan: for who is not signed in, or has never paid for one. */
export function showNoPlan() {
  look++;
  render(null);
}

async function choose(page, planId, button) {
  if (!page.isUser()) {
    page.signUp();
    return;
  }

  if (subscription !== null && subscription.status !== "pending") {
    await act(page, "change", { planId }, button);
    return;
  }

  button.disabled = true;
  const answer = await call("POST", "/api/credits/subscribe", { planId, returnUrl: location.pathname });
  button.disabled = false;
  if (answer.ok) {
    location.assign(answer.body.url);
    return;
  }

  fail(page, answer);
}

async function act(page, what, body, button) {
  button.disabled = true;
  const answer = await call("POST", `/api/credits/subscription/${what}`, body ?? {});
  button.disabled = false;
  if (answer.ok) {
    look++;
    render(answer.body);
    say($("plan-state").textContent);
    return;
  }

  fail(page, answer);
}

function fail(page, answer) {
  page.tell("failed", answer.body?.title ?? "That didn't work", answer.body?.detail ?? "Try again in a moment.");
  say(`${$("purchase-title").textContent}. ${$("purchase-text").textContent}`);
  // It may stand otherwise than this page thinks.
  showPlan(page);
}

function render(current) {
  subscription = current;
  const inForce = current !== null && current.status !== "pending";
  show("plan", inForce);
  if (inForce) {
    $("plan-state").textContent = stateOf(current);
    $("plan-end").textContent = current.cancelAtPeriodEnd ? "Let it go on" : "Let it end";
  }

  for (const item of $("plans").children) {
    const button = item.querySelector("button");
    const name = item.querySelector("strong").textContent;
    const isCurrent = inForce && current.planId === item.dataset.plan;
    button.disabled = isCurrent && current.nextPlanId === null;
    button.textContent = !inForce ? `Subscribe to ${name}` : isCurrent ? (current.nextPlanId === null ? "Your plan" : `Stay with ${name}`) : `Change to ${name}`;
  }
}

function stateOf(current) {
  const end = current.periodEnd ? time(new Date(current.periodEnd)) : "";
  const next = current.nextPlanId && document.querySelector(`[data-plan="${CSS.escape(current.nextPlanId)}"] strong`)?.textContent;
  switch (current.status) {
    case "pastDue":
      return `${current.planName}: the last payment failed. Nothing new comes until it is paid.`;
    case "paused":
      return `${current.planName} is paused.`;
    default:
      return current.cancelAtPeriodEnd ? `${current.planName} ends on ${end}.`
        : next ? `${current.planName} until ${end}, then ${next}.`
        : `${current.planName}, paid until ${end}.`;
  }
}
