import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckoutError, CreditsClient } from "../../src/AiCredits.AspNetCore/Components/Assets/client.js";
import { FakeBrowser, guest, models, packs, respond, settle, user } from "./browser.mjs";

const BASE = "https://app.example/api/";

function open(answers, options = {}) {
  const browser = new FakeBrowser(options);
  for (const [path, answer] of Object.entries({ "/api/credits/events": { status: 404 }, ...answers })) {
    browser.on(path, ...(Array.isArray(answer) ? answer : [answer]));
  }
  const client = new CreditsClient({ base: BASE, env: browser.env });
  return { browser, client };
}

async function watching(answers, parts = ["credits"], options = {}) {
  const { browser, client } = open(answers, options);
  const seen = [];
  const end = client.watch(parts, (state) => seen.push(state));
  await settle();
  return { browser, client, seen, end };
}

const asked = (browser, path) => browser.paths().filter((candidate) => candidate === path).length;

test("asks once for any number of elements", async () => {
  const { browser, client } = open({ "/api/credits": user(5), "/api/credit-models": models(5) });

  for (let element = 0; element < 20; element += 1) {
    client.watch(element % 2 ? ["credits"] : ["credits", "models"], () => {});
  }
  await settle();

  assert.equal(asked(browser, "/api/credits"), 1);
  assert.equal(asked(browser, "/api/credit-models"), 1);
  assert.equal(asked(browser, "/api/credit-packs"), 0);
  assert.equal(client.state.credits.balance, 5);
});

test("an element that comes later takes what is there", async () => {
  const { browser, client } = await watching({ "/api/credits": user(5) });

  client.watch(["credits"], () => {});
  await settle();

  assert.equal(asked(browser, "/api/credits"), 1);
});

test("what the server wrote into the page isn't asked for", async () => {
  const { browser, client } = open({});

  client.seed({ credits: user(7).json, models: models(7).json });
  client.watch(["credits", "models"], () => {});
  await settle();

  assert.equal(client.state.credits.balance, 7);
  assert.deepEqual(browser.paths(), ["/api/credits/events"]);
});

test("what is written into the page wrongly is asked for", async () => {
  const { browser, client } = open({ "/api/credits": user(3) });

  client.seed({ credits: { authenticated: true, credits: { balance: "7" } } });
  client.watch(["credits"], () => {});
  await settle();

  assert.equal(client.state.credits.balance, 3);
  assert.equal(asked(browser, "/api/credits"), 1);
});

test("a charge shows at once, and the rest is asked for", async () => {
  const { browser, client } = await watching({ "/api/credits": [user(50), user(48, { held: 1 })], "/generate": { headers: { "Credits-Charged": "2", "Credits-Remaining": "48" } } });

  const response = await client.fetch("https://app.example/generate", { method: "POST" });

  assert.equal(client.state.credits.balance, 48);
  const { credits, ...told } = browser.events[0].detail;
  assert.equal(browser.events[0].type, "credits-changed");
  assert.equal(credits.balance, 48);
  assert.deepEqual(told, { guest: null, previous: 50, charged: 2, reason: "charge" });
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {});
  await settle();
  assert.equal(asked(browser, "/api/credits"), 2);
  assert.equal(client.state.credits.held, 1);
  assert.equal(browser.broadcast, "changed");
});

test("an answer that was under way when credits were charged doesn't bring the old balance back", async () => {
  let release;
  const late = new Promise((resolve) => {
    release = resolve;
  });
  const { browser, client } = await watching({ "/api/credits": [user(50), () => late.then(() => respond(user(50))), user(48)], "/generate": { headers: { "Credits-Charged": "2", "Credits-Remaining": "48" } } });
  const balances = [];
  client.watch(["credits"], (state) => balances.push(state.credits.balance));

  const refresh = client.refresh();
  await client.fetch("https://app.example/generate");
  release();
  await refresh;
  await settle();

  assert.equal(client.state.credits.balance, 48);
  assert.equal(balances.slice(balances.indexOf(48)).includes(50), false);
  assert.equal(asked(browser, "/api/credits"), 3);
});

test("a guest's use shows at once", async () => {
  const { client } = await watching({ "/api/credits": guest(3), "/generate": { headers: { "RateLimit-Policy": '"guest";q=3;w=86400', RateLimit: '"guest";r=2;t=86400' } } });

  await client.fetch("https://app.example/generate");

  assert.equal(client.state.guest.remaining, 2);
  assert.equal(client.state.guest.resetsAt, Date.parse("2026-11-02T12:00:00Z"));
});

test("an answer without credits asks for nothing", async () => {
  const { browser, client } = await watching({ "/api/credits": user(5), "/other": {} });

  await client.fetch("https://app.example/other");
  await settle();

  assert.equal(asked(browser, "/api/credits"), 1);
  assert.deepEqual(browser.events, []);
});

test("402 is told as an event with what the problem says", async () => {
  const problem = { type: "https://aicredits.dev/problems/insufficient-credits", status: 402, required: 2, available: 0.5, held: 1, retryable: true, packsUrl: "/api/credit-packs", affordableModels: ["nano-banana", 7] };
  const { browser, client } = await watching({ "/api/credits": user(0.5), "/generate": { status: 402, json: problem, headers: { "Retry-After": "5" } } });

  const response = await client.fetch("https://app.example/generate");

  assert.equal((await response.json()).required, 2);
  const { type, detail } = browser.events[0];
  assert.equal(type, "credits-insufficient");
  assert.deepEqual(
    [detail.required, detail.available, detail.held, detail.retryable, detail.retryAfter, detail.packsUrl, detail.affordableModels],
    [2, 0.5, 1, true, 5, "https://app.example/api/credit-packs", ["nano-banana"]],
  );
});

test("429 is told as an event, but only when it is the guest limit", async () => {
  const problem = { type: "https://aicredits.dev/problems/guest-limit-reached", limit: 3, remaining: 0, resetsAt: "2026-11-02T12:00:00Z", signUpUrl: "/account/register", welcomeCredits: 50 };
  const { browser, client } = await watching({ "/api/credits": guest(0), "/generate": { status: 429, json: problem }, "/busy": { status: 429, json: { type: "x/too-many-requests" } } });

  await client.fetch("https://app.example/busy");
  await client.fetch("https://app.example/generate");

  assert.deepEqual(browser.events.map((event) => event.type), ["guest-limit-reached"]);
  assert.equal(browser.events[0].detail.resetsAt, Date.parse("2026-11-02T12:00:00Z"));
});

for (const text of ["", "{", "null", "[]", '"text"', "<html>"]) {
  test(`a 402 whose body is ${JSON.stringify(text)} reaches the app and breaks nothing`, async () => {
    const { browser, client } = await watching({ "/api/credits": user(5), "/generate": { status: 402, text } });

    const response = await client.fetch("https://app.example/generate");

    assert.equal(response.status, 402);
    assert.equal(await response.text(), text);
    assert.deepEqual(browser.events, []);
  });
}

test("a link that is no web address is dropped", async () => {
  const problem = { type: "x/guest-limit-reached", limit: 3, remaining: 0, signUpUrl: "javascript:alert(1)" };
  const { browser, client } = await watching({ "/api/credits": guest(0), "/generate": { status: 429, json: problem } });

  await client.fetch("https://app.example/generate");

  assert.equal(browser.events[0].detail.signUpUrl, null);
});

for (const [name, answer, fault] of [
  ["500", { status: 500 }, "failed"],
  ["503 as HTML", { status: 503, text: "<html>" }, "failed"],
  ["401", { status: 401, json: { signUpUrl: "/join", welcomeCredits: 50 } }, "signed-out"],
  ["404", { status: 404 }, "missing"],
  ["JSON that isn't", { text: "{" }, "malformed"],
  ["null", { json: null }, "malformed"],
  ["an empty object", { json: {} }, "malformed"],
  ["a balance that is text", { json: { authenticated: true, credits: { balance: "12" } } }, "malformed"],
  ["a network that fails", new TypeError("network"), "failed"],
]) {
  test(`${name} is a fault and not a figure`, async () => {
    const { client } = await watching({ "/api/credits": answer });

    assert.equal(client.state.errors.credits, fault);
    assert.equal(client.state.credits, null);
  });
}

test("huge, tiny and negative balances are taken as they are told", async () => {
  for (const balance of [1e21, 0.000001, -3, 9007199254740993]) {
    const { client } = await watching({ "/api/credits": user(balance) });
    assert.equal(client.state.credits.balance, balance);
  }
});

test("the last figures stay when the server fails, and it is asked again with growing pauses", async () => {
  const { browser, client } = await watching({ "/api/credits": [user(5), { status: 500 }, { status: 500 }, user(6)] });

  await client.refresh();
  assert.equal(client.state.credits.balance, 5);
  assert.equal(client.state.errors.credits, "failed");
  await browser.pass(2_000);
  assert.equal(asked(browser, "/api/credits"), 3);
  await browser.pass(4_000);

  assert.equal(client.state.credits.balance, 6);
  assert.deepEqual(client.state.errors, {});
});

test("nobody who is signed out sees the figures of before", async () => {
  const { client } = await watching({ "/api/credits": [user(5), { status: 401, json: { signUpUrl: "/join" } }] });

  await client.refresh();

  assert.equal(client.state.credits, null);
  assert.equal(client.state.errors.credits, "signed-out");
});

test("a missing endpoint isn't asked again and again", async () => {
  const { browser } = await watching({ "/api/credits": { status: 404 } });

  await browser.pass(600_000);

  assert.equal(asked(browser, "/api/credits"), 1);
});

test("a server that doesn't answer is slow, then failed", async () => {
  const { browser, client } = await watching({ "/api/credits": (init) => new Promise((_, reject) => init.signal.addEventListener("abort", () => reject(new DOMException("late", "AbortError")))) });

  await browser.pass(4_000);
  assert.equal(client.state.slow, true);
  await browser.pass(16_000);

  assert.equal(client.state.slow, false);
  assert.equal(client.state.errors.credits, "failed");
});

test("offline keeps the figures, online asks again", async () => {
  const { browser, client } = await watching({ "/api/credits": [user(5), user(6)] });

  browser.fire("window offline");
  assert.equal(client.state.offline, true);
  assert.equal(client.state.credits.balance, 5);
  browser.fire("window online");
  await settle();

  assert.equal(client.state.offline, false);
  assert.equal(client.state.credits.balance, 6);
});

test("looking at the page again asks again, but not when it was asked just now", async () => {
  const { browser } = await watching({ "/api/credits": user(5) });

  browser.fire("window focus");
  await settle();
  assert.equal(asked(browser, "/api/credits"), 1);
  await browser.pass(6_000);
  browser.fire("window focus");
  browser.fire("window focus");
  await settle();

  assert.equal(asked(browser, "/api/credits"), 2);
});

test("a change in another tab is asked for; a hidden tab waits until it is looked at", async () => {
  const { browser } = await watching({ "/api/credits": user(5) });

  browser.channel.onmessage();
  await settle();
  assert.equal(asked(browser, "/api/credits"), 2);
  browser.hidden = true;
  browser.fire("document visibilitychange");
  browser.channel.onmessage();
  await settle();
  assert.equal(asked(browser, "/api/credits"), 2);
  browser.hidden = false;
  browser.fire("document visibilitychange");
  await settle();

  assert.equal(asked(browser, "/api/credits"), 3);
});

test("the free generations are asked for when the guest's window is over, by the server's clock", async () => {
  const { browser, client } = await watching({ "/api/credits": [guest(0, "2026-11-01T12:10:00Z"), guest(3)] }, ["credits"], { skew: 300_000 });

  await browser.pass(899_000);
  assert.equal(asked(browser, "/api/credits"), 1);
  await browser.pass(3_000);

  assert.equal(asked(browser, "/api/credits"), 2);
  assert.equal(client.state.guest.remaining, 3);
});

// --- Server-sent events ---------------------------------------------------------------------------------------------------

function stream() {
  let controller;
  const body = new ReadableStream({
    start(own) {
      controller = own;
    },
  });
  return { send: (text) => controller.enqueue(new TextEncoder().encode(text)), end: () => controller.close(), answer: { body, headers: { "Content-Type": "text/event-stream" } } };
}

test("credits that change on the server show at once, however the stream is cut into pieces", async () => {
  const events = stream();
  const { browser, client } = await watching({ "/api/credits": [user(5), user(30)], "/api/credits/events": events.answer });

  for (const piece of [":\n\nevent: cre", "dits\r\ndata: {\"balance\":30,\"held\":0,", "\"lowBalance\":false}\r\n\r", "\n"]) {
    events.send(piece);
    await settle();
  }

  assert.equal(client.state.credits.balance, 30);
  assert.equal(browser.events[0].detail.reason, "server");
  assert.equal(asked(browser, "/api/credits"), 2);
});

test("an event that tells what is known asks for nothing", async () => {
  const events = stream();
  const { browser } = await watching({ "/api/credits": user(5), "/api/credits/events": events.answer });

  events.send('event: credits\ndata: {"balance":5,"held":0,"lowBalance":true}\n\nevent: other\ndata: 1\n\n');
  await settle();

  assert.equal(asked(browser, "/api/credits"), 1);
});

test("an event that isn't JSON means that something has changed", async () => {
  const events = stream();
  const { browser } = await watching({ "/api/credits": user(5), "/api/credits/events": events.answer });

  events.send("event: credits\ndata: {\n\n");
  await settle();

  assert.equal(asked(browser, "/api/credits"), 2);
});

test("a stream that ends is opened again, later and later while that fails", async () => {
  const events = stream();
  const { browser } = await watching({ "/api/credits": user(5), "/api/credits/events": [events.answer, { status: 503 }, { status: 503 }, { status: 503 }] });

  events.end();
  await browser.pass(1_000);
  assert.equal(asked(browser, "/api/credits/events"), 2);
  await browser.pass(2_000);
  assert.equal(asked(browser, "/api/credits/events"), 3);
  await browser.pass(3_900);
  assert.equal(asked(browser, "/api/credits/events"), 3);
  await browser.pass(200);

  assert.equal(asked(browser, "/api/credits/events"), 4);
});

test("a server without a stream is left in peace", async () => {
  const { browser } = await watching({ "/api/credits": user(5) });

  await browser.pass(600_000);

  assert.equal(asked(browser, "/api/credits/events"), 1);
});

test("only a page that is seen has a stream", async () => {
  const first = stream();
  const { browser } = await watching({ "/api/credits": user(5), "/api/credits/events": [first.answer, stream().answer] });
  const { signal } = browser.requests.find((request) => request.path.endsWith("events")).init;

  browser.hidden = true;
  browser.fire("document visibilitychange");
  assert.equal(signal.aborted, true);
  await browser.pass(60_000);
  assert.equal(asked(browser, "/api/credits/events"), 1);
  browser.hidden = false;
  browser.fire("document visibilitychange");
  await settle();

  assert.equal(asked(browser, "/api/credits/events"), 2);
});

test("when the last element has gone nothing is asked any more", async () => {
  const { browser, client, end } = await watching({ "/api/credits": { status: 500 }, "/api/credits/events": stream().answer });

  end();
  await browser.pass(600_000);

  assert.equal(asked(browser, "/api/credits"), 1);
  assert.equal(asked(browser, "/api/credits/events"), 1);
  assert.equal(client.state.errors.credits, "failed");
});

// --- Settings and checkout ------------------------------------------------------------------------------------------------

test("the app's own fetch and base are used for everything", async () => {
  const { client } = open({});
  const urls = [];
  client.configure({
    base: "https://api.example/v1",
    fetch: async (url) => {
      urls.push(url);
      return respond(user(5));
    },
    events: false,
  });

  client.watch(["credits", "packs"], () => {});
  await settle();

  assert.deepEqual(urls, ["https://api.example/v1/credits", "https://api.example/v1/credit-packs"]);
});

test("a checkout says where to pay and remembers the purchase", async () => {
  const { browser, client } = open({ "/api/credits/checkout": { json: { url: "https://pay.example/x", purchaseId: "p1" } } });

  assert.deepEqual(await client.checkout("starter"), { url: "https://pay.example/x", purchaseId: "p1" });
  await client.checkout("starter", "/studio");
  assert.deepEqual(browser.requests.map((request) => JSON.parse(request.init.body)), [{ packId: "starter" }, { packId: "starter", returnUrl: "/studio" }]);
  assert.equal(browser.requests[0].init.body, '{"packId":"starter"}');
  assert.equal(browser.env.sessionStorage.getItem("aicredits-purchase"), "p1");
});

for (const [answer, fault] of [
  [{ status: 404 }, "missing"],
  [{ status: 401 }, "signed-out"],
  [{ status: 502 }, "failed"],
  [{ text: "<html>" }, "malformed"],
  [{ json: { url: "javascript:alert(1)", purchaseId: "p" } }, "malformed"],
  [{ json: { purchaseId: "p" } }, "malformed"],
]) {
  test(`a checkout that answers ${JSON.stringify(answer)} is ${fault}`, async () => {
    const { client } = open({ "/api/credits/checkout": answer });

    await assert.rejects(client.checkout("starter"), (error) => error instanceof CheckoutError && error.fault === fault);
  });
}

test("who comes back from paying is told when the credits are there, even when the payment is told late", async () => {
  const { browser, client } = open({ "/api/credits": [user(0), user(25)], "/api/credits/purchases/p1": [{ json: { status: "pending" } }, { json: { status: "paid", credits: 25 } }, { json: { status: "delivered", credits: 25 } }] });
  browser.env.sessionStorage.setItem("aicredits-purchase", "p1");

  client.watch(["credits"], () => {});
  await settle();
  assert.equal(client.state.purchase, null);
  await browser.pass(1_000);
  assert.equal(client.state.purchase.state, "pending");
  await browser.pass(1_500);

  assert.deepEqual(client.state.purchase, { id: "p1", state: "done", credits: 25 });
  assert.equal(client.state.credits.balance, 25);
  assert.equal(browser.env.sessionStorage.getItem("aicredits-purchase"), null);
  assert.ok(browser.events.some((event) => event.type === "credits-purchase"));
});

test("parts that load together are each asked for once", async () => {
  const { browser } = await watching({ "/api/credits": user(5), "/api/credit-models": models(5), "/api/credit-packs": packs }, ["credits", "models", "packs"]);

  assert.deepEqual(browser.paths().sort(), ["/api/credit-models", "/api/credit-packs", "/api/credits", "/api/credits/events"]);
});
