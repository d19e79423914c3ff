// Popovers open themselves; this places them beside their button and gives menus their arrow keys.
const gap = 4;
const edge = 12;
const pressed = new Map(); // by menu, for the rows of a table share one

document.addEventListener("click", e => {
  const button = e.target.closest?.("[popovertarget]");
  if (button) {
    pressed.set(button.getAttribute("popovertarget"), button);
  }
}, true);

const buttonOf = menu => pressed.get(menu.id) ?? document.querySelector(`[popovertarget="${menu.id}"]`);
const itemsOf = menu => [...menu.querySelectorAll('[role^="menuitem"]:not(:disabled)')];

function place(menu) {
  const button = buttonOf(menu);
  if (!button?.isConnected) {
    return;
  }

  const from = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = from.bottom + gap;
  const top = below + size.height + edge <= innerHeight ? below : Math.max(edge, from.top - gap - size.height);
  const right = from.left + size.width + edge > innerWidth;
  const left = right ? Math.max(edge, from.right - size.width) : from.left;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.min(left, innerWidth - size.width - edge)}px`;
}

// The content of a lazy menu arrives after it opened. Until a shared one has that of the row whose button was pressed, nothing in it can be chosen.
function settle(menu) {
  place(menu);
  menu.inert = menu.dataset.ppOf !== buttonOf(menu)?.dataset.ppOf;
  if (!menu.inert && !menu.contains(document.activeElement)) {
    itemsOf(menu)[0]?.focus();
  }
}

const contents = new MutationObserver(changes => new Set(changes.map(change => change.target.closest(".pp-menu"))).forEach(menu => menu && settle(menu)));

document.addEventListener("toggle", e => {
  const menu = e.target;
  if (!menu.matches?.(".pp-menu")) {
    return;
  }

  const open = e.newState === "open";
  buttonOf(menu)?.setAttribute("aria-expanded", String(open));
  if (open) {
    settle(menu);
    contents.observe(menu, { childList: true, subtree: true, attributeFilter: ["data-pp-of"] });
  } else {
    contents.disconnect();
  }
}, true);

document.addEventListener("click", e => {
  const item = e.target.closest?.('.pp-menu [role^="menuitem"]');
  if (item) {
    item.closest(".pp-menu").hidePopover();
  }
});

document.addEventListener("keydown", e => {
  const menu = e.target.closest?.('.pp-menu[role="menu"]');
  if (!menu) {
    return;
  }

  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
  if (next !== undefined && items.length > 0) {
    e.preventDefault();
    items.at(next % items.length)?.focus();
  } else if (e.key === "Tab") {
    menu.hidePopover();
  }
});
