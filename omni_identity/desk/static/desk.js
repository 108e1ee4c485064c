// Keys for the desk: whatever has data-key is clicked by its key, "/" leads to the search. All works without.
"use strict";
(() => {
  const NAME = "omni-desk-keys";
  const toggle = document.getElementById("keys");
  if (!toggle) return;
  let isOn = localStorage.getItem(NAME) !== "off";
  const marked = [...document.querySelectorAll("[data-key]")];

  const show = () => {
    toggle.setAttribute("aria-pressed", String(isOn));
    toggle.textContent = isOn ? "Keys are on" : "Keys are off";
    for (const element of marked) {
      element.querySelector("kbd")?.remove();
      if (isOn) element.setAttribute("aria-keyshortcuts", element.dataset.key);
      else element.removeAttribute("aria-keyshortcuts");
      if (!isOn) continue;
      const hint = document.createElement("kbd");
      hint.textContent = element.dataset.key;
      hint.setAttribute("aria-hidden", "true");
      element.append(" ", hint);
    }
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    isOn = !isOn;
    localStorage.setItem(NAME, isOn ? "on" : "off");
    show();
  });
  show();

  document.addEventListener("keydown", (event) => {
    if (!isOn || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) { search.focus(); event.preventDefault(); }
      return;
    }
    const found = marked.find((element) => element.dataset.key === event.key);
    if (found) { found.click(); event.preventDefault(); }
  });
})();
