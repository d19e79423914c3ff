// Copies what a button's data-pp-copy says; the button shows a check for 1.2 s, and the change is announced.
const shown = 1200;

export function announce(words) {
  const region = document.getElementById("pp-announce");
  if (region) {
    region.textContent = "";
    setTimeout(() => { region.textContent = words; }, 30);
  }
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard outside secure contexts: the old way still works there.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

export async function copy(text) {
  const done = await write(text);
  announce(done ? "Copied" : "Could not copy");
  return done;
}

document.addEventListener("click", async e => {
  const button = e.target.closest?.("[data-pp-copy]");
  if (!button) {
    return;
  }

  if (await copy(button.dataset.ppCopy)) {
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), shown);
  }
});
