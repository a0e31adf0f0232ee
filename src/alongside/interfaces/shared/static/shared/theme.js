// Light or dark by choice. Runs before the first paint; keeps nothing but the one word.
(function () {
  'use strict';
  var root = document.documentElement;
  var key = 'theme';
  function kept() {
    try { return localStorage.getItem(key); } catch (error) { return null; }
  }
  function keep(theme) {
    try { localStorage.setItem(key, theme); } catch (error) { /* private windows may refuse */ }
  }
  function shown() {
    if (root.dataset.theme) return root.dataset.theme;
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  var chosen = kept();
  if (!root.dataset.theme && (chosen === 'dark' || chosen === 'light')) root.dataset.theme = chosen;
  document.addEventListener('DOMContentLoaded', function () {
    var button = document.querySelector('[data-theme-switch]');
    if (!button) return;
    button.hidden = false;
    button.setAttribute('aria-pressed', String(shown() === 'dark'));
    button.addEventListener('click', function () {
      var next = shown() === 'dark' ? 'light' : 'dark';
      root.dataset.theme = next;
      button.setAttribute('aria-pressed', String(next === 'dark'));
      keep(next);
    });
  });
})();
