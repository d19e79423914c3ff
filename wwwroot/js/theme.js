// Light, dark or as the system says. The cookie lets the server's first paint be right.
const root = document.documentElement;

function choose(theme) {
  if (theme === "system") {
    delete root.dataset.theme;
  } else {
    root.dataset.theme = theme;
  }

  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `pp_theme=${theme}; path=/; max-age=31536000; samesite=lax${secure}`;
  mark();
}

function mark() {
  const theme = root.dataset.theme ?? "system";
  for (const item of document.querySelectorAll("[data-pp-theme]")) {
    const chosen = item.dataset.ppTheme === theme;
    if (item.type === "radio") {
      item.checked = chosen;
    } else {
      item.setAttribute("aria-checked", String(chosen));
    }
  }
}

document.addEventListener("click", e => {
  const item = e.target.closest?.("[data-pp-theme]");
  if (item) {
    choose(item.dataset.ppTheme);
  }
});

document.addEventListener("toggle", mark, true);

// Stands around choices that show without a menu: says so once they are there.
customElements.define("pp-look", class extends HTMLElement {
  connectedCallback() {
    queueMicrotask(() => this.dispatchEvent(new Event("pp-look", { bubbles: true })));
  }
});

document.addEventListener("pp-look", mark);
