// Opens a rendered <dialog>. A click on the backdrop closes it, as Esc does; the focus goes back where it came from.
const openers = new Map();

export function open(dialog) {
  openers.set(dialog.dataset.ppDialog, document.activeElement);
  dialog.addEventListener("pointerdown", e => {
    const box = dialog.getBoundingClientRect();
    const outside = e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom;
    if (e.target === dialog && outside) {
      dialog.close();
    }
  });
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
}

// The server took the dialog away; a removed element gives no focus back by itself.
export function leave(key) {
  const opener = openers.get(key);
  openers.delete(key);
  if (opener?.isConnected && (document.activeElement === document.body || document.activeElement === null)) {
    opener.focus();
  }
}
