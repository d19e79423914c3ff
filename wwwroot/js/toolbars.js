// A row's actions are one stop of the Tab key; arrows lead from one to the next (WAI-ARIA Authoring Practices, toolbar).
const control = "button, a[href], input, select";

class Toolbar extends HTMLElement {
  #seen = new MutationObserver(() => this.#settle());

  connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("focusin", this);
    this.#seen.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
    this.#settle();
  }

  disconnectedCallback() {
    this.#seen.disconnect();
  }

  handleEvent(e) {
    const all = this.#controls();
    const at = all.indexOf(e.target);
    if (at < 0) {
      return;
    }

    if (e.type === "focusin") {
      this.#settle(all[at]);
      return;
    }

    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[e.key];
    if (to !== undefined && !e.ctrlKey && !e.altKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      all[(to + all.length) % all.length].focus();
    }
  }

  // What is inside a popover is another stop.
  #controls() {
    return [...this.querySelectorAll(control)].filter(one => !one.disabled && !one.closest("[popover]") && one.checkVisibility());
  }

  #settle(chosen) {
    const all = this.#controls();
    const stop = chosen ?? all.find(one => one.tabIndex === 0) ?? all[0];
    for (const one of all) {
      one.tabIndex = one === stop ? 0 : -1;
    }
  }
}

customElements.define("pp-toolbar", Toolbar);
