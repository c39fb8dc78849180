// The console's one script. Every page works without it: it only makes pages live, times local, and the keyboard quick.
(() => {
  "use strict";
  const late = new Map();
  const isBusy = (part) => part.querySelector("form[data-dirty], dialog[open]") !== null || (part.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName));

  const localise = (root) => root.querySelectorAll("time[datetime]:not([title])").forEach((element) => {
    const at = new Date(element.dateTime);
    element.title = element.textContent;
    const isToday = at.toDateString() === new Date().toDateString();
    element.textContent = at.toLocaleString([], isToday ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  });

  const put = (fresh) => {
    const old = document.getElementById(fresh.id);
    if (!old) return;
    // What somebody is writing in is not taken out of their hands; it is brought up to date when they are done.
    if (isBusy(old)) { late.set(fresh.id, fresh); return; }
    late.delete(fresh.id);
    const open = [...old.querySelectorAll("details[open][id]")].map((d) => d.id);
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    old.replaceWith(fresh);
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    localise(fresh);
  };

  const title = document.title;
  const count = () => {
    const waiting = document.querySelector("#inbox-count")?.textContent.trim().split(" ")[0];
    document.title = waiting ? `(${waiting}) ${title.replace(/^\(\d+\+?\) /, "")}` : title.replace(/^\(\d+\+?\) /, "");
  };

  const address = document.body.dataset.live;
  if (address) {
    const source = new EventSource(address);
    source.addEventListener("part", (event) => {
      const template = document.createElement("template");
      template.innerHTML = event.data;
      [...template.content.children].forEach(put);
      count();
    });
    window.addEventListener("pagehide", () => source.close());
  }

  document.addEventListener("input", (event) => { const form = event.target.closest("form"); if (form) form.dataset.dirty = ""; });
  document.addEventListener("reset", (event) => delete event.target.dataset.dirty);
  document.addEventListener("focusout", () => setTimeout(() => late.forEach(put), 0));
  document.addEventListener("submit", (event) => {
    // A second press is not a second goal; of what is only taken away there may be as many as somebody likes.
    if (event.submitter?.hasAttribute("data-again")) return;
    setTimeout(() => event.target.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form button[disabled]").forEach((button) => { button.disabled = false; }));

  const cards = () => [...document.querySelectorAll("[data-card]")];
  const go = (step) => {
    const all = cards();
    const here = all.findIndex((card) => card.contains(document.activeElement));
    all[Math.min(all.length - 1, Math.max(0, here + step))]?.focus();
  };
  const inCard = (selector) => document.activeElement?.closest("[data-card]")?.querySelector(selector);
  const opened = (selector, field) => {
    const part = inCard(selector);
    if (!part) return;
    part.open = true;
    part.querySelector(field)?.focus();
  };
  const places = { h: "/", i: "/inbox", w: "/workflows", a: "/authority", u: "/audit" };
  let isGoing = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const writes = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "Escape" && writes) { event.target.blur(); return; }
    if (writes) return;
    if (isGoing) { isGoing = false; if (places[event.key]) location.href = places[event.key]; return; }
    switch (event.key) {
      case "j": go(1); break;
      case "k": go(-1); break;
      case "a": inCard("button[value=approve], button.yes")?.focus(); break;
      case "r": inCard("input[name=reason]")?.focus(); break;
      case "e": opened("details.edit", "input, textarea"); break;
      case "s": opened("details.respond", "textarea"); break;
      case "g": isGoing = true; break;
      case "/": document.getElementById("search")?.focus(); break;
      case "?": document.getElementById("keys")?.showModal(); break;
      default: return;
    }
    event.preventDefault();
  });

  localise(document);
  count();
})();
