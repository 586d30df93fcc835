/**
 * The reference part of docs/ui.md, made from the custom elements manifest and the texts. `node tests/ui/reference.mjs`
 * writes it; a test fails when it is not up to date.
 */
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { text, textKeys } from "../../src/AiCredits.AspNetCore/Components/Assets/text.js";

export const PAGE = new URL("../../docs/ui.md", import.meta.url);
export const MANIFEST = new URL("../../src/AiCredits.AspNetCore/Components/Assets/custom-elements.json", import.meta.url);
const START = "<!-- reference: made by node tests/ui/reference.mjs -->";
const END = "<!-- end of reference -->";

export const elements = async () => JSON.parse(await readFile(MANIFEST, "utf8")).modules.flatMap((module) => module.declarations.map((declaration) => ({ ...declaration, path: module.path })));

const cell = (value) => String(value ?? "").replaceAll("|", "\\|");
const code = (value) => (value === undefined || value === "" ? "" : `\`${cell(value)}\``);
const table = (heads, rows) => (rows.length === 0 ? [] : [`| ${heads.join(" | ")} |`, `|${heads.map(() => " --- ").join("|")}|`, ...rows.map((row) => `| ${row.join(" | ")} |`), ""]);

function describe(element) {
  const fields = element.members.filter((member) => member.kind === "field");
  const methods = element.members.filter((member) => member.kind === "method");
  return [
    `### \`<${element.tagName}>\``, "", element.description, "",
    ...table(["attribute", "values", "default", "what it does"], element.attributes.map((item) => [code(item.name), code(item.type.text), code(item.default), cell(item.description)])),
    ...table(["property", "type", "what it is"], fields.map((item) => [code(item.name) + (item.readonly ? " (read only)" : ""), code(item.type.text), cell(item.description)])),
    ...table(["method", "what it does"], methods.map((item) => [code(item.type.text), cell(item.description)])),
    ...table(["event", "type", "when"], element.events.map((item) => [code(item.name), code(item.type.text), cell(item.description)])),
    ...table(["part", "what it is"], element.cssParts.map((item) => [code(item.name), cell(item.description)])),
  ];
}

export async function reference() {
  const all = await elements();
  const english = (key) => [...new Set([1, 2].map((n) => text("en", key, { n })))].map((value) => code(value)).join(", ");
  return [
    ...all.flatMap(describe),
    "### Custom properties", "", "Set them on any element above, `:root` for instance. Each default has a light and a dark colour.", "",
    ...table(["property", "default", "what it is for"], all[0].cssProperties.map((item) => [code(item.name), code(item.default), cell(item.description)])),
    "### Texts", "", "The keys of `setTexts`. Where two are shown, the second is for numbers other than one.", "",
    ...table(["key", "English"], textKeys.map((key) => [code(key), english(key)])),
  ].join("\n");
}

/** A page with the reference between its marks. */
export async function withReference(page) {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) {
    throw new Error(`docs/ui.md must have the lines ${START} and ${END}.`);
  }

  return `${page.slice(0, start)}${START}\n\n${await reference()}\n${page.slice(end)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await writeFile(PAGE, await withReference(await readFile(PAGE, "utf8")));
}
