// Hides a page that nobody should find open: after a minute out of sight, and at once when asked.
// What was typed goes to the server sealed and comes back to its page. Without this script the page
// locks by itself after some minutes, and the way out is a plain link.
(() => {
  'use strict';
  const root = document.documentElement;
  const guard = document.currentScript.dataset;
  const OUT_OF_SIGHT = Number(guard.after || 60) * 1000;
  const THRICE = 2000;
  let hiddenSince = 0;
  let timer = 0;
  let isGone = false;
  const shifts = [];

  const hide = () => { root.hidden = true; };
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const token = () => {
    const field = document.querySelector('[name=csrfmiddlewaretoken]');
    return field ? field.value : '';
  };

  // A page that comes back from the browser's memory is asked for again, which shows it locked.
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    hide();
    location.reload();
  });

  function leave() {
    isGone = true;
    hide();
    location.replace(guard.leave);
  }
  document.addEventListener('click', (event) => {
    const way = event.target.closest && event.target.closest('[data-leave]');
    if (!way) return;
    event.preventDefault();
    leave();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Shift') { shifts.length = 0; return; }
    if (event.repeat) return;
    shifts.push(Date.now());
    if (shifts.length > 3) shifts.shift();
    if (shifts.length === 3 && shifts[2] - shifts[0] < THRICE) leave();
  });

  if (!guard.lock) return;

  const isTyped = (field) => {
    if (!field.name || field.type === 'hidden' || field.type === 'password' || field.disabled) return false;
    if (field.type === 'file') return false;
    if (field.type === 'radio' || field.type === 'checkbox') return field.checked !== field.defaultChecked;
    if (field.options) return Array.from(field.options).some((one) => one.selected !== one.defaultSelected);
    return field.value !== field.defaultValue;
  };

  function typed() {
    const body = new FormData();
    body.append('csrfmiddlewaretoken', token());
    body.append('lock_address', location.pathname + location.search);
    all('main form').forEach((form) => {
      const fields = Array.from(form.elements);
      if (!fields.some(isTyped)) return;
      fields.filter(isTyped).forEach((field) => {
        if ((field.type === 'radio' || field.type === 'checkbox') && !field.checked) return;
        body.append(field.name, field.value);
      });
    });
    return body;
  }

  async function lock() {
    if (isGone) return;
    isGone = true;
    hide();
    try {
      await fetch(guard.lock, { method: 'POST', body: typed(), credentials: 'same-origin', keepalive: true });
    } catch (error) {
      // No network: the page stays hidden and whole until there is one.
      isGone = false;
      window.addEventListener('online', lock, { once: true });
      return;
    }
    window.onbeforeunload = null;
    document.dispatchEvent(new Event('alongside:leaving'));
    location.replace(guard.unlock + '?next=' + encodeURIComponent(location.pathname + location.search));
  }
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') {
      hiddenSince = Date.now();
      timer = setTimeout(lock, OUT_OF_SIGHT);
    } else if (hiddenSince && Date.now() - hiddenSince >= OUT_OF_SIGHT) {
      lock();
    }
  });
  document.addEventListener('alongside:locked', lock);

  function fill(fields) {
    const controls = all('main form').flatMap((form) => Array.from(form.elements));
    fields.forEach(([name, value]) => {
      const mine = controls.filter((control) => control.name === name && control.type !== 'hidden');
      mine.forEach((control) => {
        if (control.type === 'radio' || control.type === 'checkbox') {
          if (control.value === value) control.checked = true;
        } else {
          control.value = value;
        }
        control.dispatchEvent(new Event('change', { bubbles: true }));
      });
    });
  }

  async function giveBack() {
    const body = new FormData();
    body.append('csrfmiddlewaretoken', token());
    body.append('address', location.pathname + location.search);
    const answer = await fetch(guard.kept, {
      method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json' }
    });
    if (answer.ok) fill((await answer.json()).fields);
  }
  if (guard.kept) document.addEventListener('DOMContentLoaded', giveBack);
})();
