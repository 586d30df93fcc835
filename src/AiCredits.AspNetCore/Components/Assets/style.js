/** @type {Map<string, CSSStyleSheet>} */
const sheets = new Map();

/** One sheet for all elements of a kind; made by script, which a policy without 'unsafe-inline' allows. */
export function styleSheet(css) {
  let sheet = sheets.get(css);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(css, sheet);
  }

  return sheet;
}

export const sharedStyle = `
:host {
  --_accent: var(--aicredits-accent, light-dark(#4f46e5, #a5a0ff));
  --_on-accent: var(--aicredits-on-accent, light-dark(#fff, #17133f));
  --_surface: var(--aicredits-surface, light-dark(#fff, #1c1b2a));
  --_raised: var(--aicredits-raised, light-dark(#f6f6fb, #262539));
  --_text: var(--aicredits-text, light-dark(#1c1b2e, #f0f0f8));
  --_muted: var(--aicredits-muted, light-dark(#5a5873, #b4b1cc));
  --_border: var(--aicredits-border, light-dark(#dcdbe8, #3a3852));
  --_good: var(--aicredits-good, light-dark(#146c2e, #7fdf9f));
  --_low: var(--aicredits-low, light-dark(#8a4b00, #f6cd61));
  --_bad: var(--aicredits-bad, light-dark(#b3261e, #ffa3a0));
  --_guest: var(--aicredits-guest, light-dark(#1d4ed8, #a9c6ff));
  --_radius: var(--aicredits-radius, 14px);
  --_state: var(--_accent);
  --_soft: color-mix(in oklab, var(--_state) 9%, var(--_surface));
  --_line: color-mix(in oklab, var(--_state) 34%, var(--_surface));
  display: block;
  box-sizing: border-box;
  max-inline-size: 100%;
  color: var(--_text);
  font-family: var(--aicredits-font, inherit);
  font-size: var(--aicredits-font-size, 1rem);
  line-height: 1.4;
  --_end: right;
  text-align: left;
}
:host(:dir(rtl)) { --_end: left; text-align: right; }
:host([hidden]), [hidden] { display: none !important; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([theme="auto"]) { color-scheme: light dark; }
*, ::before, ::after { box-sizing: border-box; }
/* Words of a language that runs the other way than the page stay in order. */
p, h2, h3, legend, dt, dd, span, strong, button { unicode-bidi: plaintext; }
p, h2, h3, dl, dd, ul, fieldset, legend { margin: 0; padding: 0; border: 0; }
ul { list-style: none; }
[data-state="ok"], [data-state="sufficient"] { --_state: var(--_good); }
[data-state="low"] { --_state: var(--_low); }
[data-state="empty"], [data-state="insufficient"], [data-state="error"], [data-state="unknown"] { --_state: var(--_bad); }
[data-state="guest"], [data-state="guest-empty"] { --_state: var(--_guest); }
[data-state] { --_soft: color-mix(in oklab, var(--_state) 9%, var(--_surface)); --_line: color-mix(in oklab, var(--_state) 34%, var(--_surface)); }
.icon { inline-size: 1.2em; block-size: 1.2em; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.icon-credit { fill: currentColor; stroke-width: 1; }
.muted { color: var(--_muted); }
.small { font-size: .875em; }
.state-text { color: var(--_state); font-weight: 600; }
.digits { font-variant-numeric: tabular-nums; font-weight: 600; }
.visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button, .button { font: inherit; font-weight: 600; cursor: pointer; border: 1px solid transparent; border-radius: calc(var(--_radius) * .7); padding: .5em .95em; min-block-size: 2.5rem; display: inline-flex; align-items: center; justify-content: center; gap: .4em;  background: var(--_accent); color: var(--_on-accent); transition: background-color .15s, border-color .15s; overflow-wrap: anywhere; }
button:hover { background: color-mix(in oklab, var(--_accent) 86%, var(--_text)); }
button.plain { background: transparent; color: var(--_accent); border-color: color-mix(in oklab, var(--_accent) 45%, var(--_surface)); }
button.plain:hover { background: color-mix(in oklab, var(--_accent) 10%, var(--_surface)); }
button.link { background: none; border: 0; padding: .2em .1em; min-block-size: 1.75rem; color: var(--_accent); text-decoration: underline; text-underline-offset: .15em; border-radius: 4px; }
button[aria-disabled="true"] { cursor: default; opacity: .65; }
:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
.bone { display: inline-block; border-radius: .4em; background: color-mix(in oklab, var(--_text) 12%, var(--_surface)); color: transparent; user-select: none; animation: pulse 1.4s ease-in-out infinite; }
@keyframes pulse { 50% { opacity: .45; } }
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { button, .card, .pill { border: 1px solid ButtonText !important; } .icon { stroke: currentColor; } }
`;
