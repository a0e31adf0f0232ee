// Sealed notes: written, sealed and opened in this browser alone. The server never has the words,
// nor the passphrase. HPKE (RFC 9180), base mode: X25519, HKDF-SHA-256, AES-256-GCM.
(() => {
  'use strict';
  const ITERATIONS = 600000;
  const PAUSE = 900;
  const RETRY = 4000;
  const text = new TextEncoder();
  const subtle = window.crypto && window.crypto.subtle;
  const X25519 = { name: 'X25519' };

  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    let at = 0;
    parts.forEach((part) => { whole.set(part, at); at += part.length; });
    return whole;
  };
  const toBase64 = (bytes) => {
    let marks = '';
    new Uint8Array(bytes).forEach((byte) => { marks += String.fromCharCode(byte); });
    return btoa(marks);
  };
  const fromBase64 = (marks) => Uint8Array.from(atob(marks), (mark) => mark.charCodeAt(0));

  // RFC 9180, section 4: labels keep each derivation apart.
  const VERSION = text.encode('HPKE-v1');
  const KEM = joined(text.encode('KEM'), new Uint8Array([0, 0x20]));
  const SUITE = joined(text.encode('HPKE'), new Uint8Array([0, 0x20, 0, 1, 0, 2]));
  const NOTHING = new Uint8Array(0);

  async function hmac(key, data) {
    // An empty key and 32 zeros are the same to HMAC, and browsers refuse the empty one.
    const raw = key.length ? key : new Uint8Array(32);
    const hash = { name: 'HMAC', hash: 'SHA-256' };
    const known = await subtle.importKey('raw', raw, hash, false, ['sign']);
    return new Uint8Array(await subtle.sign('HMAC', known, data));
  }
  const extract = (suite, salt, label, secret) =>
    hmac(salt, joined(VERSION, suite, text.encode(label), secret));
  async function expand(suite, secret, label, info, length) {
    const head = joined(new Uint8Array([0, length]), VERSION, suite, text.encode(label), info);
    return (await hmac(secret, joined(head, new Uint8Array([1])))).slice(0, length);
  }

  async function schedule(shared, info) {
    const context = joined(
      new Uint8Array([0]),
      await extract(SUITE, NOTHING, 'psk_id_hash', NOTHING),
      await extract(SUITE, NOTHING, 'info_hash', info)
    );
    const secret = await extract(SUITE, shared, 'secret', NOTHING);
    const key = await expand(SUITE, secret, 'key', context, 32);
    return {
      key: await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']),
      nonce: await expand(SUITE, secret, 'base_nonce', context, 12)
    };
  }

  async function sharedSecret(privateKey, publicRaw, sent, receiver) {
    const publicKey = await subtle.importKey('raw', publicRaw, X25519, false, []);
    const derived = await subtle.deriveBits({ name: 'X25519', public: publicKey }, privateKey, 256);
    const secret = await extract(KEM, NOTHING, 'eae_prk', new Uint8Array(derived));
    return expand(KEM, secret, 'shared_secret', joined(sent, receiver), 32);
  }

  async function seal(words, receiver, info) {
    const pair = await subtle.generateKey(X25519, true, ['deriveBits']);
    const sent = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
    const shared = await sharedSecret(pair.privateKey, receiver, sent, receiver);
    const { key, nonce } = await schedule(shared, text.encode(info));
    const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, text.encode(words));
    return joined(sent, new Uint8Array(sealed));
  }

  async function open(envelope, privateKey, receiver, info) {
    const sent = envelope.slice(0, 32);
    const shared = await sharedSecret(privateKey, sent, sent, receiver);
    const { key, nonce } = await schedule(shared, text.encode(info));
    const words = await subtle.decrypt({ name: 'AES-GCM', iv: nonce }, key, envelope.slice(32));
    return new TextDecoder().decode(words);
  }

  async function underPassphrase(passphrase, salt, iterations) {
    const known = await subtle.importKey(
      'raw', text.encode(passphrase.normalize('NFKC')), 'PBKDF2', false, ['deriveKey']
    );
    return subtle.deriveKey(
      { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
      known, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']
    );
  }

  async function madeKey(passphrase) {
    const pair = await subtle.generateKey(X25519, true, ['deriveBits']);
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const wrapping = await underPassphrase(passphrase, salt, ITERATIONS);
    const secret = await subtle.exportKey('pkcs8', pair.privateKey);
    const wrapped = await subtle.encrypt({ name: 'AES-GCM', iv }, wrapping, secret);
    return {
      public_key: toBase64(await subtle.exportKey('raw', pair.publicKey)),
      wrapped: toBase64(joined(iv, new Uint8Array(wrapped))),
      salt: toBase64(salt),
      n_iterations: String(ITERATIONS)
    };
  }

  async function privateKeyOf(page, passphrase) {
    const wrapped = fromBase64(page.dataset.wrapped);
    const key = await underPassphrase(
      passphrase, fromBase64(page.dataset.salt), Number(page.dataset.iterations)
    );
    const secret = await subtle.decrypt(
      { name: 'AES-GCM', iv: wrapped.slice(0, 12) }, key, wrapped.slice(12)
    );
    return subtle.importKey('pkcs8', secret, X25519, false, ['deriveBits']);
  }

  const tell = (place, words) => { if (place) place.textContent = words; };

  function makeKey(form) {
    const said = form.querySelector('[data-said]');
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const [first, again] = form.querySelectorAll('[data-passphrase]');
      if (first.value.length < Number(form.dataset.fewest)) return tell(said, form.dataset.tooShort);
      if (first.value !== again.value) return tell(said, form.dataset.notTheSame);
      tell(said, form.dataset.working);
      const made = await madeKey(first.value);
      Object.entries(made).forEach(([name, value]) => { form.elements[name].value = value; });
      first.value = again.value = '';
      form.submit();
    });
  }

  function writeNote(form, page) {
    const field = form.querySelector('[data-words]');
    const said = form.querySelector('[data-said]');
    const receiver = fromBase64(page.dataset.publicKey);
    let waiting = null;
    let isSaved = true;
    let inFlight = Promise.resolve(true);

    async function send() {
      const words = field.value;
      const body = new FormData();
      body.append('envelope', toBase64(await seal(words, receiver, form.dataset.info)));
      body.append('csrfmiddlewaretoken', form.elements.csrfmiddlewaretoken.value);
      try {
        const answer = await fetch(form.dataset.save, { method: 'POST', body });
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      } catch {
        tell(said, form.dataset.notSaved);
        waiting = setTimeout(save, RETRY);
        return false;
      }
      if (field.value === words) { isSaved = true; tell(said, form.dataset.saved); }
      return true;
    }
    function save() {
      clearTimeout(waiting);
      inFlight = inFlight.then(send);
      return inFlight;
    }
    field.addEventListener('input', () => {
      isSaved = false;
      tell(said, form.dataset.working);
      clearTimeout(waiting);
      waiting = setTimeout(save, PAUSE);
    });
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (!field.value.trim()) return tell(said, form.dataset.empty);
      if (!(await save()) || !isSaved) return;
      field.value = '';
      form.submit();
    });
    addEventListener('beforeunload', (event) => { if (!isSaved) event.preventDefault(); });
  }

  function openNotes(form, page) {
    const said = form.querySelector('[data-said]');
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const field = form.querySelector('[data-passphrase]');
      tell(said, form.dataset.working);
      let privateKey;
      try {
        privateKey = await privateKeyOf(page, field.value);
      } catch {
        tell(said, form.dataset.wrong);
        return;
      }
      field.value = '';
      const receiver = fromBase64(page.dataset.publicKey);
      for (const note of page.querySelectorAll('[data-note]')) {
        const place = note.querySelector('[data-opened]');
        try {
          const envelope = fromBase64(note.dataset.envelope);
          place.textContent = await open(envelope, privateKey, receiver, note.dataset.info);
        } catch {
          place.textContent = form.dataset.damaged;
        }
        place.hidden = false;
      }
      form.hidden = true;
      tell(page.querySelector('[data-is-open]'), form.dataset.isOpen);
    });
  }

  async function begin() {
    const page = document.querySelector('[data-sealed-notes]');
    if (!page) return;
    try {
      await subtle.generateKey(X25519, false, ['deriveBits']);
    } catch {
      return;
    }
    page.querySelector('[data-cannot]').hidden = true;
    page.querySelectorAll('[data-needs-script]').forEach((part) => { part.hidden = false; });
    page.querySelectorAll('[data-make-key]').forEach(makeKey);
    page.querySelectorAll('[data-write-note]').forEach((form) => writeNote(form, page));
    page.querySelectorAll('[data-open-notes]').forEach((form) => openNotes(form, page));
  }
  document.addEventListener('DOMContentLoaded', begin);
})();
