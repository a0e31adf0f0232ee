// Makes forms safer to use. Every form can be filled in and sent without any of this.
(() => {
  'use strict';
  const SEND_AFTER_TYPING = 900;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 30000;
  const CONTROLS = 'input, select, textarea';

  const all = (root, selector) => Array.from(root.querySelectorAll(selector));
  const near = (form, selector) => form.querySelector(selector) || document.querySelector(selector);
  const isTick = (field) => field.type === 'radio' || field.type === 'checkbox';
  const named = (form, name) => Array.from(form.elements).filter((field) => field.name === name);
  const values = (form, name) => named(form, name)
    .filter((field) => !field.disabled && (!isTick(field) || field.checked))
    .map((field) => field.value);

  function holds(form, condition) {
    const parts = /^(.+?)(!=|>=|<=|=|>|<)(.*)$/.exec(condition.trim());
    if (!parts || !named(form, parts[1]).length) return true;
    const wanted = parts[3];
    const compare = {
      '=': (value) => value === wanted,
      '!=': (value) => value !== wanted,
      '>': (value) => Number(value) > Number(wanted),
      '>=': (value) => Number(value) >= Number(wanted),
      '<': (value) => Number(value) < Number(wanted),
      '<=': (value) => Number(value) <= Number(wanted)
    }[parts[2]];
    return values(form, parts[1]).some((value) => value !== '' && compare(value));
  }

  function showDependents(form) {
    all(form, '[data-shown-when]').forEach((block) => {
      const rule = block.dataset.shownWhen;
      const shown = rule.includes(' | ')
        ? rule.split(' | ').some((part) => holds(form, part))
        : rule.split(' & ').every((part) => holds(form, part));
      block.hidden = !shown;
      all(block, CONTROLS).forEach((field) => { field.disabled = !shown; });
    });
  }

  function isAnswered(block) {
    return 'saved' in block.dataset || all(block, CONTROLS).some((field) => {
      if (field.closest('[data-release]')) return false;
      return isTick(field) ? field.checked : field.value.trim() !== '';
    });
  }

  function countProgress(form) {
    const meter = near(form, '[data-progress]');
    if (!meter) return;
    const blocks = all(form, '[data-question]').filter((block) => !block.hidden);
    const done = blocks.filter(isAnswered).length;
    const bar = meter.querySelector('progress');
    meter.querySelector('[data-progress-words]').textContent = meter.dataset.pattern
      .replace('{done}', done).replace('{total}', blocks.length);
    bar.max = Math.max(blocks.length, 1);
    bar.value = done;
  }

  function say(line, state, words) {
    if (!line) return;
    line.hidden = false;
    line.className = 'save-status is-' + state;
    const text = words || line.dataset[state];
    if (line.textContent !== text) line.textContent = text;
  }

  function autosave(form) {
    const line = near(form, '[data-save-status]');
    const waiting = new Set();
    let sending = false;
    let refused = false;
    let leaving = false;
    let timer = 0;
    let pause = FIRST_RETRY;
    let onTheWay = null;

    const later = (delay) => {
      clearTimeout(timer);
      timer = setTimeout(send, delay);
    };
    const keepTrying = () => {
      say(line, 'unsaved');
      later(pause);
      pause = Math.min(pause * 2, LAST_RETRY);
    };

    function body(names) {
      const data = new FormData();
      values(form, 'csrfmiddlewaretoken').forEach((token) => data.append('csrfmiddlewaretoken', token));
      names.forEach((name) => {
        const chosen = values(form, name);
        (chosen.length ? chosen : ['']).forEach((value) => data.append(name, value));
      });
      return data;
    }

    async function send() {
      if (sending || leaving || !waiting.size) return;
      clearTimeout(timer);
      const names = Array.from(waiting);
      waiting.clear();
      sending = true;
      say(line, 'saving');
      onTheWay = new AbortController();
      let response = null;
      try {
        response = await fetch(form.dataset.saveUrl, {
          method: 'POST',
          body: body(names),
          credentials: 'same-origin',
          keepalive: true,
          signal: onTheWay.signal,
          redirect: 'error',
          headers: { Accept: 'application/json' }
        });
      } catch (error) { /* no network: tried again below */ }
      sending = false;
      if (response && response.ok) {
        pause = FIRST_RETRY;
        if (waiting.size) later(0); else say(line, 'saved');
        return;
      }
      names.forEach((name) => waiting.add(name));
      if (!response || response.status >= 500 || [408, 429].includes(response.status)) {
        keepTrying();
        return;
      }
      refused = true;
      if (response.status === 401) {
        document.dispatchEvent(new Event('alongside:locked'));
        return;
      }
      const answer = await response.json().catch(() => ({}));
      say(line, 'refused', answer.message);
    }

    const changed = (name, delay) => {
      if (!name || name === 'csrfmiddlewaretoken') return;
      waiting.add(name);
      refused = false;
      later(delay);
    };

    form.addEventListener('change', (event) => changed(event.target.name, 0));
    form.addEventListener('input', (event) => {
      if (!isTick(event.target)) changed(event.target.name, SEND_AFTER_TYPING);
    });
    form.addEventListener('submit', (event) => {
      if (event.defaultPrevented) return;
      leaving = true;
      clearTimeout(timer);
      // The whole form goes now; a save that comes in after it would only be refused.
      if (onTheWay) onTheWay.abort();
    });
    document.addEventListener('alongside:leaving', () => { leaving = true; });
    window.addEventListener('online', () => { if (!refused) later(0); });
    window.addEventListener('pageshow', () => { leaving = false; });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden' && !refused) send();
    });
    window.addEventListener('beforeunload', (event) => {
      if (leaving || !(waiting.size || sending)) return;
      event.preventDefault();
      event.returnValue = '';
    });
    say(line, 'idle');
  }

  function sendOnce(form) {
    let sent = false;
    form.addEventListener('submit', (event) => {
      const line = form.querySelector('[data-save-status]');
      if (sent) {
        event.preventDefault();
      } else if (line && navigator.onLine === false) {
        event.preventDefault();
        say(line, 'offline');
      } else {
        sent = true;
        const button = event.submitter || form.querySelector('[type=submit]');
        if (!button) return;
        button.setAttribute('aria-disabled', 'true');
        button.dataset.busy = '';
      }
    });
    // A page that comes back from the browser's memory can be sent again.
    window.addEventListener('pageshow', () => {
      sent = false;
      all(form, '[data-busy]').forEach((button) => {
        button.removeAttribute('aria-disabled');
        delete button.dataset.busy;
      });
    });
  }

  document.addEventListener('DOMContentLoaded', () => {
    // A form that brings a file leaves its page as it is: it can be sent again, to the same effect.
    all(document, 'form[method=post]:not([data-seals]):not([data-download])').forEach(sendOnce);
    all(document, 'form[data-save-url], form[data-live]').forEach((form) => {
      const refresh = () => {
        showDependents(form);
        countProgress(form);
      };
      form.addEventListener('change', refresh);
      form.addEventListener('input', refresh);
      refresh();
      if (form.dataset.saveUrl) autosave(form);
    });
    const mistakes = document.querySelector('[data-error-summary]');
    if (mistakes) mistakes.focus();
  });
})();
