// Makes and uses passkeys. A form that needs one shows itself where the browser can do it.
(() => {
  'use strict';
  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0)
  );
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  async function asked(form) {
    const body = new FormData();
    body.append('csrfmiddlewaretoken', form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.dataset.optionsUrl, {
      method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json' }
    });
    if (!answer.ok) throw new Error('refused');
    return (await answer.json()).publicKey;
  }

  async function made(options) {
    const key = await navigator.credentials.create({ publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: named(options.excludeCredentials)
    } });
    return { ...plain(key), response: {
      clientDataJSON: text(key.response.clientDataJSON),
      attestationObject: text(key.response.attestationObject)
    } };
  }

  async function used(options) {
    const key = await navigator.credentials.get({ publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: named(options.allowCredentials)
    } });
    const said = key.response;
    return { ...plain(key), response: {
      clientDataJSON: text(said.clientDataJSON),
      authenticatorData: text(said.authenticatorData),
      signature: text(said.signature),
      userHandle: said.userHandle ? text(said.userHandle) : null
    } };
  }

  const plain = (key) => ({
    id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: {}
  });

  function ready(form) {
    const mistake = form.querySelector('[data-passkey-error]');
    form.hidden = false;
    form.addEventListener('submit', async (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      mistake.hidden = true;
      try {
        const options = await asked(form);
        const answer = form.dataset.passkey === 'create' ? await made(options) : await used(options);
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch (error) {
        mistake.hidden = false;
      }
    });
  }

  if (!window.PublicKeyCredential) return;
  document.querySelectorAll('form[data-passkey]').forEach(ready);
})();
