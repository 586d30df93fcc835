// Runs before the page is painted, so that a chosen theme doesn't flash.
const theme = localStorage.getItem("theme");
if (theme) {
  document.documentElement.dataset.theme = theme;
}
