import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import german from "../../src/AiCredits.AspNetCore/Components/Assets/de.js";
import { formatAmount, formatDuration, formatMoney, formatPercent, formatShort, formatSpokenDuration } from "../../src/AiCredits.AspNetCore/Components/Assets/format.js";
import { loadTexts, setTexts, text, textEvents, textKeys } from "../../src/AiCredits.AspNetCore/Components/Assets/text.js";

const ASSETS = new URL("../../src/AiCredits.AspNetCore/Components/Assets/", import.meta.url);
const plain = (value) => value.replaceAll(/[\u00a0\u202f]/g, " ");

test("every text has a German one with the same gaps", async () => {
  await loadTexts("de");
  assert.deepEqual(Object.keys(german).sort(), [...textKeys].sort());
  const gaps = (value) => [...new Set((typeof value === "string" ? value : Object.values(value).join()).match(/\{\w+\}/g) ?? [])].sort();
  for (const key of textKeys) {
    const english = ["one", "other"].map((_, index) => text("en", key, { n: index + 1 })).join();
    assert.deepEqual(gaps(german[key]), gaps(english), key);
  }
});

test("every text is used, and every text that is used is there", async () => {
  const files = ["credit-balance.js", "credit-packs-modal.js", "generation-cost-indicator.js", "model-recommendation.js", "states.js"];
  const source = (await Promise.all(files.map((file) => readFile(new URL(file, ASSETS), "utf8")))).join("\n");
  const words = new Set([...source.matchAll(/"([a-zA-Z-]+)"/g)].map((match) => match[1]));

  assert.deepEqual(textKeys.filter((key) => !words.has(key)), []);
  const asked = [...source.matchAll(/(?:this\.t|part|countdown)\((?:[^()"]*, )?"(\w+)"/g)].map((match) => match[1]);
  assert.deepEqual(asked.filter((key) => !textKeys.includes(key)), []);
});

test("a text has the form that its number asks for", () => {
  assert.equal(text("en", "credits", { n: 1, amount: "1" }), "1 credit");
  assert.equal(text("en", "credits", { n: 0.5, amount: "0.5" }), "0.5 credits");
  assert.equal(text("en", "credits", { n: -1, amount: "-1" }), "-1 credit");
});

test("a language is found by its tag, then without the region, then in English", async () => {
  await loadTexts("de-AT");
  assert.equal(text("de-AT", "buy"), "Credits kaufen");
  assert.equal(text("xx-Yyyy-ZZ", "buy"), "Buy credits");
  assert.equal(text("not a language tag", "credits", { n: 2, amount: "2" }), "2 credits");
});

test("a page can replace texts and add languages", () => {
  let told = 0;
  textEvents.addEventListener("change", () => {
    told += 1;
  });

  setTexts("pl", { credits: { one: "{amount} kredyt", few: "{amount} kredyty", many: "{amount} kredytów", other: "{amount} kredytu" } });
  setTexts("EN-gb", { buy: "Top up" });

  assert.deepEqual([1, 2, 5, 0.5].map((n) => text("pl", "credits", { n, amount: n })), ["1 kredyt", "2 kredyty", "5 kredytów", "0.5 kredytu"]);
  assert.equal(text("en-GB", "buy"), "Top up");
  assert.equal(text("en", "buy"), "Buy credits");
  assert.equal(told, 2);
});

test("what is filled in is never looked into", () => {
  assert.equal(text("en", "buyPack", { name: "{amount} $& <b>", amount: 7 }), "Buy {amount} $& <b>");
  assert.equal(text("en", "buyPack", { constructor: 1 }), "Buy {name}");
});

test("numbers, money and percent follow the language", () => {
  assert.equal(formatAmount("de", 1234.5), "1.234,5");
  assert.equal(formatAmount("en", 0.000001), "0.000001");
  assert.equal(formatShort("en", 123_456_789), "123.5M");
  assert.equal(formatShort("en", 999_999.5), "999,999.5");
  assert.equal(plain(formatMoney("de", 14.99, "EUR")), "14,99 €");
  assert.equal(formatMoney("en", 0.136273, "USD", 4), "$0.1363");
  assert.equal(formatMoney("ja", 500, "JPY"), "￥500");
  assert.equal(plain(formatPercent("de", 32)), "32 %");
});

test("a language or a currency that nobody knows breaks nothing", () => {
  assert.equal(formatAmount("not a tag", 1.5), "1.5");
  assert.equal(formatMoney("en", 5, "nonsense"), "5 nonsense");
});

test("a countdown is read as a clock and heard as words", () => {
  assert.deepEqual([0, 7, 61, 3599, 3600, 86_400].map((seconds) => formatDuration("en", seconds)), ["0:00", "0:07", "1:01", "59:59", "1:00:00", "24:00:00"]);
  assert.equal(formatSpokenDuration("en", 86_399), "23 hours and 59 minutes");
  assert.equal(formatSpokenDuration("en", 3600), "1 hour");
  assert.equal(formatSpokenDuration("en", 42), "42 seconds");
  assert.equal(formatSpokenDuration("de", 7260), "2 Stunden und 1 Minute");
});
