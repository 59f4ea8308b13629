/* Comfort only: every page can be read, and every form sent, without this file. */
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  // The page brings the words, in the reader's language.
  const said = document.body.dataset;
  let armed = 0;

  const dialog = (title, body) => {
    const box = document.createElement("dialog");
    box.setAttribute("aria-label", title);
    box.append(body);
    document.body.append(box);
    box.addEventListener("close", () => box.remove());
    box.showModal();
    return box;
  };

  const places = () => [...document.querySelectorAll(".pages a, .listing tbody th a, main h2 a, .tiles a")].map((a) => ({
    href: a.href, words: a.textContent.trim().replace(/\s+/g, " "),
  })).filter((one) => one.words);

  const search = () => {
    const body = document.createElement("div");
    const input = document.createElement("input");
    const list = document.createElement("ul");
    input.type = "search";
    input.setAttribute("aria-label", said.wordGo);
    input.placeholder = said.wordHint;
    list.className = "found";
    const all = places();
    const show = () => {
      const words = input.value.toLowerCase().split(/\s+/);
      list.replaceChildren(...all.filter((one) => words.every((word) => one.words.toLowerCase().includes(word))).slice(0, 20).map((one) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = one.href;
        link.textContent = one.words;
        item.append(link);
        return item;
      }));
    };
    input.addEventListener("input", show);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") { list.querySelector("a")?.click(); } });
    body.append(input, list);
    show();
    dialog(said.wordGo, body);
    input.focus();
  };

  const keys = () => {
    const body = document.createElement("div");
    const table = document.createElement("table");
    const rows = [["Ctrl-K", said.wordGo], ["/", said.wordSearch], ["?", said.wordList],
      ...[...document.querySelectorAll(".pages a[data-key]")].map((a) => [`g ${a.dataset.key}`, a.textContent.trim()])];
    for (const [key, words] of rows) {
      const row = table.insertRow();
      const shown = document.createElement("kbd");
      shown.textContent = key;
      row.insertCell().append(shown);
      row.insertCell().textContent = words;
    }
    const form = document.createElement("form");
    form.method = "dialog";
    const close = document.createElement("button");
    close.textContent = said.wordClose;
    form.append(close);
    body.append(table, form);
    dialog(said.wordKeys, body);
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); search(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) { return; }
    if (event.key === "?") { event.preventDefault(); keys(); return; }
    if (event.key === "/") {
      const first = document.querySelector("main input[type=search]");
      if (first) { event.preventDefault(); first.focus(); }
      return;
    }
    if (event.key === "g") { armed = Date.now(); return; }
    if (Date.now() - armed < 1200) {
      armed = 0;
      document.querySelector(`.pages a[data-key="${CSS.escape(event.key)}"]`)?.click();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) { keys(); }
    const open = document.querySelector("details.me[open]");
    if (open && !open.contains(event.target)) { open.open = false; }
  });
  // A form is sent once; the server counts it once in any case.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") { return; }
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    setTimeout(() => { delete event.target.dataset.sent; }, 4000);
  });
})();
