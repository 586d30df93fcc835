import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { PAGE, elements, withReference } from "./reference.mjs";

const ASSETS = new URL("../../src/AiCredits.AspNetCore/Components/Assets/", import.meta.url);
const read = (file) => readFile(new URL(file, ASSETS), "utf8");
const names = (items) => items.map((item) => item.name).sort();
const unique = (items) => [...new Set(items)].sort();
const types = await read("aicredits.d.ts");
const shared = await read("element.js");

/** The body of a declaration in the TypeScript declarations. */
function declared(head) {
  const start = types.indexOf(head);
  assert.notEqual(start, -1, `${head} is not declared`);
  const indentation = types.slice(types.lastIndexOf("\n", start) + 1, start);
  return types.slice(start, types.indexOf(`\n${indentation}}`, start));
}

for (const element of await elements()) {
  const source = await read(element.path);
  const module = await import(new URL(element.path, ASSETS).href);
  const type = module[element.name];

  test(`<${element.tagName}>: the manifest names its attributes`, () => {
    const read = [...source.matchAll(/(?:get|has)Attribute\("([\w-]+)"\)/g)].map((match) => match[1]);
    assert.deepEqual(names(element.attributes), unique([...type.observedAttributes, ...read, ...(element.tagName === "model-recommendation" ? ["name"] : [])]));
  });

  test(`<${element.tagName}>: the manifest names its properties and methods`, () => {
    const own = Object.entries(Object.getOwnPropertyDescriptors(type.prototype));
    const callbacks = /^(?:constructor|render|changed|handleEvent|\w+Callback)$/;
    const accessors = own.filter(([, descriptor]) => descriptor.get);
    assert.deepEqual(names(element.members.filter((member) => member.kind === "field")), accessors.map(([name]) => name).sort());
    assert.deepEqual(element.members.filter((member) => member.readonly).map((member) => member.name).sort(), accessors.filter(([, descriptor]) => !descriptor.set).map(([name]) => name).sort());
    assert.deepEqual(names(element.members.filter((member) => member.kind === "method")), own.filter(([name, descriptor]) => typeof descriptor.value === "function" && !callbacks.test(name)).map(([name]) => name).sort());
  });

  test(`<${element.tagName}>: the manifest names its events`, () => {
    const sent = [...source.matchAll(/(?:emit|new Event)\("([\w-]+)"/g)].map((match) => match[1]);
    assert.deepEqual(names(element.events), unique([...sent, ...(/\bsignUp\(this/.test(source) ? ["credits-sign-up"] : [])]));
    const told = [...source.matchAll(/@fires ([\w-]+) -/g)].map((match) => match[1]);
    assert.deepEqual(unique(told), names(element.events));
  });

  test(`<${element.tagName}>: the manifest names its parts`, () => {
    const parts = [...source.matchAll(/part: ([^,}]+?)(?=[,}])/g)].flatMap((match) => [...match[1].matchAll(/"([\w -]+)"/g)]).flatMap((match) => match[1].split(" "));
    const used = [...(/\bicon\(/.test(source) ? ["icon"] : []), ...(/\bthis\.countdown\(/.test(source) ? ["countdown"] : [])];
    assert.deepEqual(names(element.cssParts), unique([...parts, ...used]));
  });

  test(`<${element.tagName}>: the manifest names its custom properties`, async () => {
    const set = [...`${await read("style.js")}${source}`.matchAll(/--aicredits-[\w-]+/g)].map((match) => match[0]);
    assert.deepEqual(names(element.cssProperties), unique(set));
  });

  test(`<${element.tagName}>: the TypeScript declarations name the same`, () => {
    const body = declared(`export class ${element.name} extends HTMLElement {`);
    for (const member of element.members) {
      const name = member.kind === "method" ? `${member.name}\\(` : member.readonly ? `readonly ${member.name}:` : `(?:get )?${member.name}(?:\\(\\))?:`;
      assert.match(body, new RegExp(`^  ${name}`, "m"));
      if (member.kind === "field") {
        assert.ok(body.includes(member.type.text), `${member.name} is ${member.type.text}`);
      }
    }
    assert.equal([...body.matchAll(/^  (?!set )\S/gm)].length, element.members.length);

    const attributes = /"([^"]+)": CommonAttributes & \{([^}]*)\}/g;
    const [, , own] = [...declared("export interface AiCreditsElements {").matchAll(attributes)].find((match) => match[1] === element.tagName);
    const common = [...declared("interface CommonAttributes {").matchAll(/^  (\w+)\?/gm)].map((match) => match[1]);
    const all = [...own.matchAll(/"?([\w-]+)"?\?:/g)].map((match) => match[1]);
    assert.deepEqual(names(element.attributes).filter((name) => !common.includes(name)), all.sort());
    assert.match(declared("interface HTMLElementTagNameMap {"), new RegExp(`"${element.tagName}": ${element.name};`));
    for (const event of element.events.filter((item) => item.type.text.startsWith("CustomEvent"))) {
      assert.ok(declared("interface HTMLElementEventMap {").replaceAll("; model", ", model").includes(`"${event.name}": ${event.type.text};`), event.name);
    }
  });
}

test("the declarations name what the module exports, and nothing else", async () => {
  const entry = await import(new URL("aicredits.js", ASSETS).href);
  const declaredNames = [...types.matchAll(/^export (?:class|const|function) (\w+)/gm)].map((match) => match[1]);

  assert.deepEqual(declaredNames.sort(), Object.keys(entry).sort());
});

test("the declarations name the events of the document", async () => {
  const sent = [...(await read("client.js")).matchAll(/#emit\("([\w-]+)"/g)].map((match) => match[1]);

  assert.deepEqual([...declared("interface DocumentEventMap {").matchAll(/"([\w-]+)":/g)].map((match) => match[1]).sort(), unique(sent));
});

test("the modules share no name, so that they can be joined into one", async () => {
  const files = unique([...(await Promise.all(["aicredits.js", "element.js", "client.js", "credit-balance.js", "credit-packs-modal.js", "generation-cost-indicator.js", "model-recommendation.js"].map(read))).join().matchAll(/from "\.\/([\w.-]+)"/g)].map((match) => match[1]));
  const seen = new Map();
  for (const file of [...files, "aicredits.js"]) {
    for (const [, name] of (await read(file)).matchAll(/^(?:export )?(?:const|let|class|function|async function) (\w+)/gm)) {
      assert.equal(seen.get(name), undefined, `${name} is in ${file} and in ${seen.get(name)}`);
      seen.set(name, file);
    }
  }
});

test("docs/ui.md holds the reference as it is made from the manifest", async () => {
  const page = await readFile(PAGE, "utf8");

  assert.equal(page, await withReference(page), "Run node tests/ui/reference.mjs");
});

test("the shared parts are where the manifest says", () => {
  assert.match(shared, /part: "icon"/);
  assert.match(shared, /part: "countdown"/);
});
