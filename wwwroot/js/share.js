// Sends a link with the phone's own sheet: data-pp-send is the link, data-pp-send-title what it is. Without a sheet the button is not there.
document.documentElement.toggleAttribute("data-can-send", Boolean(navigator.share));

document.addEventListener("click", async e => {
  const button = e.target.closest?.("[data-pp-send]");
  if (!button || !navigator.share) {
    return;
  }

  try {
    await navigator.share({ title: button.dataset.ppSendTitle, url: button.dataset.ppSend });
  } catch {
    // The person closed the sheet.
  }
});

// What was just made comes into sight: on a phone it stands above the button that made it.
customElements.define("pp-shown", class extends HTMLElement {
  connectedCallback() {
    this.scrollIntoView({ block: "nearest" });
  }
});
