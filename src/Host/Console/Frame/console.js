// The console's one script. Every page works without it: it only makes pages live, times local, and the keyboard quick.
(() => {
  "use strict";
  const late = new Map();

  // On the reader's own clock, in the words of the page. What is meant in a zone of its own stays there, and says in its title when that is here.
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const dayOf = (at) => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
  // Days begin where the reader's do too: what was grouped by another clock is grouped anew, in the same order.
  const regroup = (root) => {
    root.querySelectorAll("[data-reader-zone]").forEach((element) => { element.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone; });
    const days = [...root.querySelectorAll("section.day[data-day]")];
    if (days.every((day) => [...day.querySelectorAll("time[data-day]")].every((time) => dayOf(new Date(time.dateTime)) === day.dataset.day))) return;
    let last = null;
    days.flatMap((day) => [...day.querySelectorAll(".story > li")]).forEach((line) => {
      const time = line.querySelector("time[data-day]");
      const at = new Date(time.dateTime);
      if (last?.dataset.day !== dayOf(at)) {
        const day = days[0].cloneNode(true);
        day.dataset.day = dayOf(at);
        day.querySelector("h2").textContent = at.toLocaleDateString("en-US", { weekday: "long", month: "short", day: "numeric", year: "numeric" });
        day.querySelector(".story").replaceChildren();
        days[0].before(day);
        last = day;
      }
      time.dataset.day = last.dataset.day;
      last.querySelector(".story").append(line);
    });
    days.forEach((day) => day.remove());
  };
  const localise = (root) => {
    regroup(root);
    root.querySelectorAll("time[datetime]:not([title])").forEach((element) => {
      const [at, now] = [new Date(element.dateTime), new Date()];
      const isSaid = dayOf(at) === (element.dataset.day ?? dayOf(now));
      const year = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
      const to = "exact" in element.dataset ? { ...clock, second: "2-digit" } : clock;
      const here = at.toLocaleString("en-US", isSaid ? to : { month: "short", day: "numeric", ...year, ...to });
      if (element.dataset.zone) { element.title = `${here} here`; return; }
      element.title = element.dataset.day ? element.dateTime : element.textContent;
      element.textContent = here;
    });
  };

  // What somebody is writing in is not taken out of their hands: its card stays as it is, and everything around it is brought up to date.
  // A form whose fields are called "id" has those for its id: what stands in the attribute is asked for.
  const idOf = (element) => element.getAttribute("id") ?? "";
  const isField = (element) => /^(INPUT|TEXTAREA|SELECT)$/.test(element?.tagName ?? "");
  const unitOf = (element, part) => {
    const unit = element.closest("[data-card][id]") ?? element.closest("form[id], details[id]");
    return unit && part.contains(unit) && unit !== part ? unit : null;
  };
  const held = (part) => {
    const writing = [...part.querySelectorAll("form[data-dirty], .kept")];
    if (part.contains(document.activeElement) && isField(document.activeElement)) writing.push(document.activeElement);
    return writing.map((element) => unitOf(element, part) ?? part);
  };
  const find = (root, id) => root.querySelector(`#${CSS.escape(id)}`);

  const merge = (old, fresh, units) => {
    if (units.includes(old)) return;
    const kept = [...old.children].filter((child) => units.some((unit) => child.contains(unit)));
    if (kept.length === 0) { old.replaceWith(fresh); return; }
    const twins = new Map(kept.map((child) => [idOf(units.find((unit) => child.contains(unit))), child]));
    const twinOf = (node) => {
      if (!(node instanceof Element)) return null;
      const id = [...twins.keys()].find((key) => idOf(node) === key || find(node, key));
      return id === undefined ? null : twins.get(id);
    };
    [...old.childNodes].forEach((node) => { if (!kept.includes(node)) node.remove(); });
    let place = old.firstChild;
    [...fresh.childNodes].forEach((node) => {
      const twin = twinOf(node);
      if (!twin) { old.insertBefore(node, place); return; }
      place = twin.nextSibling;
      merge(twin, node, units);
    });
  };

  // Where only times differ, such as when a host was last seen, they are all that is put in: nothing loses the focus, nor what is selected.
  const timeless = (part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("time").forEach((time) => time.replaceWith("time"));
    return copy.outerHTML;
  };
  // What somebody has folded stays folded, also where the page would show it open.
  const folded = new Set();
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details[id]")) folded[event.target.open ? "delete" : "add"](idOf(event.target));
  }, true);
  // What a link leads to is opened with all that is folded around it.
  const reveal = () => {
    const target = document.querySelector(":target");
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target?.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);

  const scrolled = (part) => [...part.querySelectorAll(".table[id], .scroll[id]")].map((region) => [idOf(region), region.scrollLeft]);

  const mention = (unit, kind, text) => {
    const id = `${kind}-${idOf(unit)}`;
    const words = find(unit, id) ?? document.createElement("p");
    words.id = id;
    words.className = "note";
    words.setAttribute("role", "status");
    if (!words.parentElement) unit.prepend(words);
    if (words.textContent !== text) words.textContent = text;
  };
  // Who agreed while somebody writes is put in around what they write, and said.
  const sitDown = (unit, twin) => {
    const [was, now] = [unit, twin].map((card) => card.querySelector(".seats"));
    if (!was || !now || was.textContent === now.textContent) return;
    const before = [...was.children].map((seat) => seat.textContent);
    const agreed = [...now.querySelectorAll(".taken")].map((seat) => seat.textContent).filter((words) => !before.includes(words));
    was.replaceWith(now.cloneNode(true));
    if (agreed.length > 0) mention(unit, "sat", `Meanwhile: ${agreed.join("; ")}.`);
  };

  // Between pressing and letting go nothing is put in the place of what is pressed: the press would be lost. Nor between sending and the answer, which takes
  // the place of it all: what is settled by one's own word would be said to be settled by others, and what is done on the page would be lost.
  let isPressed = false, isSent = false;
  const put = (fresh) => {
    const old = document.getElementById(fresh.id);
    if (!old) return;
    if (isPressed || isSent) { late.set(fresh.id, fresh); return; }
    regroup(fresh);
    if (timeless(old) === timeless(fresh)) {
      late.delete(fresh.id);
      const times = [...fresh.querySelectorAll("time")];
      [...old.querySelectorAll("time")].forEach((time, at) => { if (time.dateTime !== times[at].dateTime) time.replaceWith(times[at]); });
      localise(old);
      return;
    }
    const units = held(old);
    if (units.includes(old)) { late.set(fresh.id, fresh); return; }
    if (units.length === 0) late.delete(fresh.id);
    else late.set(fresh.id, fresh.cloneNode(true));
    const open = [...old.querySelectorAll("details[open][id]")].map(idOf);
    const active = document.activeElement;
    // What is gone leaves the focus to its card.
    const focused = old.contains(active) && !units.some((unit) => unit.contains(active)) ? [active, active.closest("[data-card]")].map((element) => element && idOf(element)) : [];
    const regions = scrolled(old);
    // What was settled meanwhile stays for as long as somebody writes in it, and says so.
    units.forEach((unit) => {
      const twin = find(fresh, idOf(unit));
      if (twin) { sitDown(unit, twin); return; }
      const stand = document.createElement("div");
      stand.id = idOf(unit);
      fresh.append(stand);
      mention(unit, "gone", "This is settled by now. What you have written here can no longer be sent.");
    });
    merge(old, fresh, units);
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    folded.forEach((id) => document.getElementById(id)?.removeAttribute("open"));
    regions.forEach(([id, left]) => { const region = document.getElementById(id); if (region) region.scrollLeft = left; });
    focused.map((id) => id && document.getElementById(id)).find(Boolean)?.focus({ preventScroll: true });
    const now = document.getElementById(fresh.id);
    if (now) localise(now);
  };

  const title = document.title;
  const count = (waiting = document.querySelector("#inbox-count")?.textContent.trim().split(" ")[0]) => {
    document.title = waiting ? `(${waiting}) ${title.replace(/^\(\d+\+?\) /, "")}` : title.replace(/^\(\d+\+?\) /, "");
  };

  // Whether the host is there, as far as the page's stream says. Where there is none, nothing is known against it.
  let isThere = () => true;
  let tell = () => {};
  const address = document.body.dataset.live;
  if (address) {
    const line = document.createElement("p");
    line.id = "live";
    line.className = "note";
    line.setAttribute("role", "status");
    line.hidden = true;
    document.getElementById("page")?.prepend(line);
    let lost = 0;
    tell = (words) => { line.textContent = words; line.hidden = words === ""; document.body.toggleAttribute("data-lost", words !== ""); };
    let source = null;
    let isBroken = false; // one that has not begun yet says nothing of the host
    isThere = () => !isBroken;
    const open = () => {
      if (source) return;
      const opened = source = new EventSource(address);
      // A stream ends now and then and is taken up again at once; only what lasts is worth a word.
      opened.addEventListener("error", () => {
        isBroken = true;
        if (opened.readyState === EventSource.CLOSED) tell("Not live any more: load the page again.");
        else if (!lost) lost = setTimeout(() => tell("Not live: reconnecting …"), 2000);
      });
      opened.addEventListener("open", () => { isBroken = false; clearTimeout(lost); lost = 0; tell(""); });
      opened.addEventListener("part", (event) => {
        const template = document.createElement("template");
        template.innerHTML = event.data;
        [...template.content.children].forEach(put);
        count();
      });
    };
    const close = () => { source?.close(); source = null; isBroken = false; clearTimeout(lost); lost = 0; };

    // A browser has six connections to a host, and a stream takes one for as long as it is open: a tab that nobody looks at gives its own back, and gets all
    // that it missed when somebody does. What waits is still counted in its title, now and then.
    let leaving = 0, counting = 0;
    const ask = () => fetch("/inbox/count").then((reply) => reply.ok ? reply.text() : null).then((waiting) => { if (waiting !== null && !source) count(waiting); }, () => {});
    const turn = () => {
      clearTimeout(leaving);
      clearInterval(counting);
      if (document.visibilityState === "visible") open();
      else {
        leaving = setTimeout(close, 3000);
        counting = setInterval(ask, 60000);
      }
    };
    document.addEventListener("visibilitychange", turn);
    window.addEventListener("pagehide", close);
    window.addEventListener("pageshow", (event) => { if (event.persisted) turn(); });
    turn();
  }

  const isChanged = (field) =>
    field.matches("input[type=checkbox], input[type=radio]") ? field.checked !== field.defaultChecked
      : field.matches("select") ? [...field.options].some((option) => option.selected !== option.defaultSelected)
        : field.matches("input, textarea") && field.value !== field.defaultValue;
  const flush = () => setTimeout(() => [...late.values()].forEach(put), 0);
  let pressing = 0;
  const letGo = () => { clearTimeout(pressing); if (isPressed) { isPressed = false; flush(); } };
  document.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    clearTimeout(pressing);
    isPressed = true;
    pressing = setTimeout(letGo, 3000); // nobody presses longer, and not every browser says that it is over
  }, true);
  ["pointerup", "pointercancel", "blur"].forEach((end) => window.addEventListener(end, (event) => { if (end !== "blur" || event.target === window) letGo(); }, true));
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    if ([...form.elements].some(isChanged)) form.dataset.dirty = "";
    else delete form.dataset.dirty;
  });
  document.addEventListener("reset", (event) => { delete event.target.dataset.dirty; flush(); });
  document.addEventListener("focusout", flush);
  let answering = 0;
  const stay = () => {
    clearTimeout(answering);
    document.querySelectorAll("form button[disabled]:not([hidden])").forEach((button) => { button.disabled = false; });
    if (isSent) { isSent = false; flush(); }
  };
  // A browser takes the page away for an error of its own when the host is not there, and with it what was written: where the stream is broken, the host is asked first.
  const reached = new WeakSet();
  const sendIfThere = async (form, button) => {
    const reply = await fetch("/health/live", { cache: "no-store", signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (reply) {
      // The page may have been brought up to date meanwhile: what was pressed is sent all the same.
      if (!form.isConnected) { form.hidden = true; document.body.append(form); }
      reached.add(form);
      form.requestSubmit(button);
      return;
    }
    tell("Not live: the host does not answer. What you wrote stays here and was not sent; press again when it is back.");
    document.getElementById("live")?.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("submit", (event) => {
    const sent = event.target;
    const method = event.submitter?.getAttribute("formmethod") ?? sent.getAttribute("method");
    if (method === "dialog") return; // it is closed, and sends nothing
    const isPost = method === "post";
    if (isPost && !isThere() && !reached.delete(sent)) {
      event.preventDefault();
      sendIfThere(sent, event.submitter);
      return;
    }
    // A second press is not a second goal; of what is only taken away there may be as many as somebody likes.
    if (event.submitter?.hasAttribute("data-again")) return;
    setTimeout(() => sent.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
    clearTimeout(answering);
    isSent = isPost;
    answering = setTimeout(stay, 30000); // whoever stops the page from loading is still on this one
  });
  window.addEventListener("pageshow", stay);

  const cards = () => [...document.querySelectorAll("[data-card]")].filter((card) => card.checkVisibility());
  const go = (step) => {
    const all = cards();
    const here = all.findIndex((card) => card.contains(document.activeElement));
    const card = all[Math.min(all.length - 1, Math.max(0, here + step))];
    card?.focus({ preventScroll: true });
    // One that is higher than the window is shown from its heading on.
    card?.scrollIntoView({ block: card.offsetHeight > innerHeight ? "start" : "nearest" });
  };
  const inCard = (selector) => [...document.activeElement?.closest("[data-card]")?.querySelectorAll(selector) ?? []].find((part) => part.checkVisibility());
  const opened = (selector, field) => {
    const part = inCard(selector);
    if (!part) return;
    part.open = true;
    part.querySelector(field)?.focus();
  };
  const places = { h: "/", i: "/inbox", w: "/workflows", a: "/authority", u: "/audit" };
  let isGoing = false;

  // Whoever speaks to the browser, or rests a hand on the keyboard, can do without keys of one letter.
  const keys = document.getElementById("keys");
  const areOff = () => { try { return localStorage.getItem("keys") === "off"; } catch { return false; } };
  const tellKeys = () => {
    const button = document.getElementById("keys-switch");
    if (button) button.textContent = areOff() ? "Keys are off: switch them on" : "Keys are on: switch them off";
  };
  document.getElementById("keys-switch")?.addEventListener("click", () => {
    try { localStorage.setItem("keys", areOff() ? "on" : "off"); } catch { /* it is not kept, and they stay on */ }
    tellKeys();
  });
  const opener = document.getElementById("keys-open");
  if (opener) {
    opener.hidden = false;
    opener.addEventListener("click", () => keys.showModal());
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const writes = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "Escape" && writes) {
      const card = event.target.closest("[data-card]");
      if (card) card.focus(); else event.target.blur();
      return;
    }
    if (writes || areOff()) return;
    if (isGoing) { isGoing = false; if (places[event.key]) location.href = places[event.key]; return; }
    switch (event.key) {
      case "j": go(1); break;
      case "k": go(-1); break;
      case "a": inCard("button[value=approve], button.yes, button[name=answer]:not([hidden])")?.focus(); break;
      case "r": inCard("input[name=reason]")?.focus(); break;
      case "e": opened("details.edit", "input:not([type=hidden]), textarea"); break;
      case "s": opened("details.respond", "textarea, input:not([type=hidden])"); break;
      case "g": isGoing = true; break;
      case "/": document.getElementById("search")?.focus(); break;
      case "?": keys?.showModal(); break;
      default: return;
    }
    event.preventDefault();
  });

  localise(document);
  tellKeys();
  count();
  reveal();
})();
