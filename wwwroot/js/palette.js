// The palette's choice: arrows move it, Enter takes it. The server renders the list anew while one types; the first match is chosen then.
import { copy } from "./copy.js";

const box = input => document.getElementById(input.getAttribute("aria-controls"));
const items = list => [...list.querySelectorAll('[role="option"]')];
const chosen = list => list.querySelector('[aria-selected="true"]') ?? items(list)[0];

function choose(list, item) {
  for (const other of items(list)) {
    other.setAttribute("aria-selected", String(other === item));
  }

  item?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", e => {
  const input = e.target.closest?.('.palette [role="combobox"]');
  if (!input) {
    return;
  }

  const list = box(input);
  const all = items(list);
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (step && all.length > 0) {
    e.preventDefault();
    const at = all.indexOf(chosen(list));
    choose(list, all.at((at + step) % all.length));
  } else if (e.key === "Enter") {
    e.preventDefault();
    const item = chosen(list);
    if ((e.ctrlKey || e.metaKey) && item?.href) {
      window.open(item.href, "_blank", "noopener");
    } else {
      item?.click();
    }
  } else if (e.key === "c" && (e.ctrlKey || e.metaKey) && input.selectionStart === input.selectionEnd && chosen(list)?.dataset.ppUrl) {
    e.preventDefault();
    copy(chosen(list).dataset.ppUrl);
  } else if (e.key === "?" && input.value === "") {
    e.preventDefault();
    input.closest("dialog").close();
    document.querySelector("[data-pp-help]")?.click();
  }
});

document.addEventListener("input", e => {
  const input = e.target.closest?.('.palette [role="combobox"]');
  if (input) {
    choose(box(input), null);
  }
});
