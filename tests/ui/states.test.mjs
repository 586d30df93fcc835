import assert from "node:assert/strict";
import { test } from "node:test";
import { balanceState, costOf, countOf, isAffordable, recommendedOf, runsOf, tierOf } from "../../src/AiCredits.AspNetCore/Components/Assets/states.js";
import { readAccount, readModels } from "../../src/AiCredits.AspNetCore/Components/Assets/read.js";
import { guest, models, user } from "./browser.mjs";

const snapshot = (account, balance, more = {}) => ({ credits: null, guest: null, errors: {}, ...(account ? readAccount(account.json) : {}), models: readModels(models(balance).json), ...more });
const ofUser = (balance, more) => snapshot(user(balance, more), balance);
const ofGuest = (remaining) => snapshot(guest(remaining), remaining);

for (const [name, state, expected] of [
  ["nothing known", { credits: null, guest: null, errors: {} }, "loading"],
  ["a fault", { credits: null, guest: null, errors: { credits: "failed" } }, "error"],
  ["a fault with figures of before", { ...ofUser(50), errors: { credits: "failed" } }, "ok"],
  ["plenty", ofUser(50), "ok"],
  ["little", ofUser(9.5), "low"],
  ["nothing", ofUser(0), "empty"],
  ["less than nothing", ofUser(-3), "empty"],
  ["a guest", ofGuest(1), "guest"],
  ["a guest who has had all", ofGuest(0), "guest-empty"],
]) {
  test(`the balance is ${expected} with ${name}`, () => assert.equal(balanceState(state), expected));
}

for (const [name, state, model, count, expected] of [
  ["plenty", ofUser(50), "flux-dev", 1, { state: "sufficient", cost: 1, left: 49 }],
  ["several", ofUser(50), "nano-banana", 3, { state: "sufficient", cost: 1.5, left: 48.5 }],
  ["little", ofUser(9), "flux-dev", 1, { state: "low", cost: 1, left: 8 }],
  ["the last one", ofUser(10), "nano-banana-pro", 5, { state: "low", cost: 10, left: 0 }],
  ["too little", ofUser(0.5), "flux-dev", 1, { state: "insufficient", missing: 0.5 }],
  ["too little, much of it set aside", ofUser(0.5, { held: 1 }), "flux-dev", 1, { state: "insufficient", missing: 0.5, held: true }],
  ["a negative balance", ofUser(-3), "flux-dev", 1, { state: "insufficient", missing: 4 }],
  ["a guest", ofGuest(2), "flux-dev", 2, { state: "guest", exhausted: false }],
  ["a guest who wants more than is left", ofGuest(2), "flux-dev", 3, { state: "guest", exhausted: true }],
  ["a model that there isn't", ofUser(50), "nothing", 1, { state: "unknown" }],
  ["no model", ofUser(50), null, 1, { state: "unknown" }],
  ["no model within the balance", ofUser(0.25), null, 1, { state: "insufficient", cost: 0.5, missing: 0.25 }],
  ["a guest without a model", ofGuest(0), null, 1, { state: "guest", exhausted: true }],
  ["models that aren't there yet", { ...ofUser(50), models: null }, "flux-dev", 1, { state: "loading" }],
  ["models that can't be had", { ...ofUser(50), models: null, errors: { models: "failed" } }, "flux-dev", 1, { state: "error" }],
  ["a balance that can't be had", snapshot(null, 5, { errors: { credits: "failed" } }), "flux-dev", 1, { state: "error", cost: 1 }],
]) {
  test(`the cost is ${expected.state} with ${name}`, () => {
    const view = costOf(state, model, count);
    for (const [member, value] of Object.entries(expected)) {
      assert.equal(view[member], value, member);
    }
  });
}

test("the page's own cost needs no model", () => {
  assert.equal(costOf({ ...ofUser(50), models: null }, null, 2, 0.25).left, 49.5);
});

test("tenths of credits leave no dust", () => {
  const state = { ...ofUser(0.3), models: [{ ...ofUser(0.3).models[0], credits: 0.1, runsLeft: 3 }] };
  const view = costOf(state, "nano-banana", 3);

  assert.equal(view.cost, 0.3);
  assert.equal(view.left, 0);
  assert.equal(view.state, "low");
  assert.equal(runsOf(state, state.models[0]), 3);
});

test("credits that pay for other models only don't make a model affordable", () => {
  const state = ofUser(50);
  state.models[1].runsLeft = 0;
  state.models[1].affordable = false;

  assert.equal(isAffordable(state, state.models[1], 1), false);
  assert.equal(costOf(state, "flux-dev", 1).state, "insufficient");
  assert.equal(runsOf(state, state.models[1]), 0);
});

test("runs follow the balance until the server has counted them anew", () => {
  const state = { ...ofUser(50), models: readModels(models(2).json) };

  assert.equal(isAffordable({ ...state, credits: { ...state.credits, balance: 1 } }, state.models[2], 1), false);
  assert.equal(runsOf({ ...state, credits: { ...state.credits, balance: 1 } }, state.models[1]), 1);
});

test("tiers follow the prices", () => {
  const all = ofUser(5).models;

  assert.deepEqual(all.map((model) => tierOf(model, all)), ["budget", "standard", "premium"]);
  assert.equal(tierOf(all[0], [all[0]]), "standard");
});

test("the server's recommendation is followed as long as the balance reaches for it", () => {
  assert.equal(recommendedOf(ofUser(50), 1).id, "flux-dev");
  assert.equal(recommendedOf(ofUser(0.5), 1).id, "nano-banana");
  assert.equal(recommendedOf(ofUser(2), 3).id, "nano-banana");
  assert.equal(recommendedOf(ofUser(0), 1), null);
});

test("a count that isn't one is 1", () => {
  assert.deepEqual(["4", "0", "-1", "1.5", "", null, "many", "Infinity"].map(countOf), [4, 1, 1, 1, 1, 1, 1, 1]);
});
