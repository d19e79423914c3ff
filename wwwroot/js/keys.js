// Single keys: "/" to the filter, "g" and a letter to a page, j and k through rows, and whatever letter a control in the row asks for
// by data-pp-key. Off while typing, and where the person turned them off (WCAG 2.1.4).
const offName = "pp_keys";
const palette = '.palette [role="combobox"]';
let going = 0;

// What is typed while the palette is on its way goes into it; null while it is not.
let ahead = null;
let late = 0;

export const areOff = () => localStorage.getItem(offName) === "off";

// A control that stands for another: the phone's search button for the sidebar's.
document.addEventListener("click", e => {
  const stand = e.target.closest?.("[data-pp-press]");
  if (stand) {
    document.querySelector(stand.dataset.ppPress)?.click();
  }
});

// What a key means in a row that does not say so itself.
const usual = {
  c: ".pp-url [data-pp-copy]",
  q: ".pp-url [aria-haspopup]",
  e: ".pp-switch",
  x: "input[type=checkbox]",
  " ": ".pp-icon-button[aria-expanded]:not([aria-haspopup])",
};

const controlOf = (row, key) => row.querySelector(`[data-pp-key="${CSS.escape(key)}"]`) ?? (usual[key] ? row.querySelector(usual[key]) : null);

const typing = element => element.closest?.("input, textarea, select, [contenteditable], dialog, .pp-menu");
const press = element => { element.focus(); element.click(); };

function moveRow(step) {
  const rows = [...document.querySelectorAll("[data-pp-row]")];
  if (rows.length === 0) {
    return;
  }

  const at = rows.indexOf(document.activeElement.closest?.("[data-pp-row]"));
  const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", e => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
    const jump = document.querySelector("[data-pp-jump]");
    if (jump) {
      e.preventDefault();
      press(jump);
      ahead = document.querySelector(palette) ? null : "";
      clearTimeout(late);
      late = setTimeout(() => ahead = null, 3000);
    }

    return;
  }

  if (ahead !== null && e.key.length === 1 && !e.ctrlKey && !e.metaKey && !e.altKey && !typing(e.target)) {
    e.preventDefault();
    ahead += e.key;
    return;
  }

  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || areOff()) {
    return;
  }

  const row = document.activeElement.closest?.("[data-pp-row]");
  if (e.key === "Escape" && e.target.matches?.("[data-pp-filter]")) {
    e.target.blur();
    return;
  }

  if (typing(e.target)) {
    return;
  }

  if (e.key === "/") {
    const filter = document.querySelector("[data-pp-filter]");
    if (filter) {
      e.preventDefault();
      filter.focus();
      filter.select();
    }
  } else if (e.key === "?") {
    document.querySelector("[data-pp-help]")?.click();
  } else if (e.key === "Escape" && row) {
    document.activeElement.blur();
  } else if (e.key === "g") {
    going = Date.now();
  } else if (Date.now() - going < 1200) {
    going = 0;
    document.querySelector(`[data-pp-go="${CSS.escape(e.key)}"]`)?.click();
  } else if (e.key === "j" || (row && e.key === "ArrowDown")) {
    e.preventDefault();
    moveRow(1);
  } else if (e.key === "k" || (row && e.key === "ArrowUp")) {
    e.preventDefault();
    moveRow(-1);
  } else if (row && e.key === "Enter" && e.target === row) {
    row.querySelector("[data-pp-open]")?.click();
  } else if (row) {
    const control = e.key === " " && e.target !== row ? null : controlOf(row, e.key);
    if (control) {
      e.preventDefault();
      press(control);
    }
  }
});

document.addEventListener("focusin", e => {
  if (ahead !== null && e.target.matches?.(palette)) {
    const typed = ahead;
    ahead = null;
    if (typed.length > 0) {
      e.target.value += typed;
      e.target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
});

// The switch in the person's own menu and in the settings.
const mark = () => document.querySelectorAll("[data-pp-keys]").forEach(item => item.setAttribute("aria-checked", String(!areOff())));

document.addEventListener("click", e => {
  if (e.target.closest?.("[data-pp-keys]")) {
    localStorage.setItem(offName, areOff() ? "on" : "off");
    mark();
  }
});

document.addEventListener("toggle", mark, true);
document.addEventListener("pp-look", mark);
