// The gallery: puts the elements into a situation, and shows them in the look that was picked.

import { configureCredits } from "/api/credits/ui/aicredits.js";
import { $, element } from "./dom.js";
import { answersOf } from "./gallery-fixtures.js";
import { start } from "./page.js";

const looks = $("looks");
const specimens = $("specimens");

// --- Looks, kept in the address -----------------------------------------------------------------------------------------

function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const select of looks.elements) {
    const wanted = query.get(select.name);
    if ([...select.options].some((option) => option.value === wanted)) {
      select.value = wanted;
    }
  }
}

// The address of a situation in the look that is picked.
function addressOf(state) {
  const { theme, dir, lang, width } = Object.fromEntries(new FormData(looks));
  const picked = [["theme", theme, ""], ["dir", dir, "ltr"], ["lang", lang, "en"], ["width", width, ""]]
    .flatMap(([name, value, usual]) => value === usual ? [] : [[name, value]]);
  return `?${new URLSearchParams([["state", state], ...picked])}`;
}

function showLooks() {
  const { theme, dir, lang, width } = Object.fromEntries(new FormData(looks));
  for (const link of document.querySelectorAll(".states a")) {
    link.href = addressOf(new URL(link.href).searchParams.get("state"));
  }
  for (const specimen of document.querySelectorAll(".specimen")) {
    specimen.dir = dir;
    // On the element itself: it hears of its own attributes, and not of those around it.
    specimen.firstElementChild.lang = lang;
    specimen.dataset.theme = theme;
    specimen.dataset.width = width;
    specimen.firstElementChild[theme ? "setAttribute" : "removeAttribute"]("theme", theme);
  }
}

// --- Events ---------------------------------------------------------------------------------------------------------------

function note(event) {
  const detail = event.detail?.value ?? event.detail?.pack?.id ?? event.detail?.url ?? "";
  $("events").prepend(element("li", {}, element("code", { textContent: event.type }), ` ${detail} from <${event.target.localName}>`));
  while ($("events").children.length > 20) {
    $("events").lastElementChild.remove();
  }
}

for (const name of ["credits-buy", "credits-sign-up", "credits-checkout", "credit-packs-open", "model-change", "change", "close"]) {
  specimens.addEventListener(name, (event) => {
    if (event.target.localName.includes("-")) {
      note(event);
      if (name === "credits-checkout") {
        // Nothing is sold in a gallery.
        event.preventDefault();
      }
    }
  }, name === "close");
}

// --- Start ----------------------------------------------------------------------------------------------------------------

configureCredits({ fetch: answersOf(specimens.dataset.state), events: false });
for (const specimen of document.querySelectorAll(".specimen")) {
  specimen.replaceChildren(specimen.querySelector("template").content.cloneNode(true));
}
readAddress();
showLooks();
looks.addEventListener("change", () => {
  showLooks();

  // Only now: the address of a page stays as it was followed until something is picked.
  history.replaceState(null, "", addressOf(specimens.dataset.state) + location.hash);
});

const packs = specimens.querySelector("credit-packs-modal");
$("open-packs").addEventListener("click", () => packs.show());
$("open-refused").addEventListener("click", () => packs.show({ type: "/insufficient-credits", required: 8, available: 3.5, held: 0, affordableModels: ["nano-banana", "flux-dev"] }));
start();
