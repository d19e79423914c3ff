// Passkeys: the browser's part of adding one and of signing in with one. Buttons stay hidden where it cannot be done.
const able = typeof PublicKeyCredential !== "undefined"
  && "parseCreationOptionsFromJSON" in PublicKeyCredential
  && "parseRequestOptionsFromJSON" in PublicKeyCredential;

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  const content = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) {
    throw new Error(content?.detail ?? "This did not work. Try again.");
  }
  return content;
}

async function signIn(button) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await post("/sign-in/passkey/options"));
  const credential = await navigator.credentials.get({ publicKey });
  const { location: next } = await post("/sign-in/passkey", { credential, return: button.dataset.ppReturn });
  location.assign(next);
}

async function add(button) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post("/account/passkeys/options"));
  const credential = await navigator.credentials.create({ publicKey });
  const name = document.getElementById(button.dataset.ppName)?.value;
  await post("/account/passkeys", { credential, name });
  location.reload();
}

function reveal() {
  for (const element of document.querySelectorAll("[data-pp-passkey], [data-pp-passkey-part]")) {
    element.hidden = !able;
  }
}

document.addEventListener("click", async event => {
  const button = event.target.closest?.("[data-pp-passkey]");
  if (!button || !able) {
    return;
  }
  const problem = document.getElementById("passkey-problem");
  problem.textContent = "";
  button.disabled = true;
  try {
    await (button.dataset.ppPasskey === "add" ? add(button) : signIn(button));
  } catch (error) {
    // Closing the browser's own dialog is no fault.
    problem.textContent = error.name === "NotAllowedError" || error.name === "AbortError" ? "" : error.message;
  } finally {
    button.disabled = false;
  }
});

reveal();
globalThis.Blazor?.addEventListener?.("enhancedload", reveal);
