/**
 * The script of the page: it filters sheets by kind of mistake and by name. Without it all sheets are
 * visible.
 */
export const PAGE_SCRIPT = `
const sheets = [...document.querySelectorAll("article")];
const buttons = [...document.querySelectorAll(".bar button")];
const search = document.querySelector(".bar input[type=search]");
const shown = document.querySelector("#shown");
let kind = "all";
function update() {
  const text = search.value.trim().toLowerCase();
  let count = 0;
  for (const sheet of sheets) {
    const isIn = sheet.dataset.kinds.split(" ").includes(kind) && sheet.dataset.name.toLowerCase().includes(text);
    sheet.hidden = !isIn;
    if (isIn) count++;
  }
  shown.textContent = count + " of " + sheets.length + " sheets";
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
}
for (const button of buttons) button.addEventListener("click", () => { kind = button.dataset.kind; update(); });
search.addEventListener("input", update);
document.querySelector("#blocks").addEventListener("change", (event) => document.body.classList.toggle("blocks", event.target.checked));
update();
`;
