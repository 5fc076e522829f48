// The theme button, and the values under the pointer or the arrow keys. Without it the page still shows everything.
(() => {
  "use strict";
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const themes = ["auto", "light", "dark"];
  const stored = () => { try { return localStorage.getItem("ringmaster-theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("ringmaster-theme", theme); } catch { /* not kept, then */ } };
  const show = (theme) => {
    if (theme === "auto") { root.removeAttribute("data-theme"); } else { root.setAttribute("data-theme", theme); }
    button.textContent = "Theme: " + theme;
    button.dataset.theme = theme;
  };
  show(themes.includes(stored()) ? stored() : "auto");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(button.dataset.theme) + 1) % themes.length];
    show(next);
    keep(next);
  });

  const box = document.getElementById("tip");
  let current = null;
  const hide = () => {
    if (current) { current.classList.remove("on"); }
    current = null;
    box.hidden = true;
  };
  const tell = (tip, x, y) => {
    if (current !== tip) {
      if (current) { current.classList.remove("on"); }
      current = tip;
      tip.classList.add("on");
      box.textContent = tip.tipText;
      box.hidden = false;
    }
    const left = Math.min(x + 14, root.clientWidth - box.offsetWidth - 8);
    const above = y - box.offsetHeight - 12;
    box.style.left = Math.max(8, left) + window.scrollX + "px";
    box.style.top = (above < 4 ? y + 18 : above) + window.scrollY + "px";
  };
  for (const plot of document.querySelectorAll("svg.plot")) {
    const tips = Array.from(plot.querySelectorAll(".tip"));
    for (const tip of tips) {
      // The browser's own tooltip would cover ours.
      const title = tip.querySelector("title");
      tip.tipText = title.textContent;
      title.remove();
    }
    const over = (event) => {
      const tip = event.target.closest(".tip");
      if (tip) { tell(tip, event.clientX, event.clientY); } else { hide(); }
    };
    plot.addEventListener("pointermove", over);
    plot.addEventListener("pointerdown", over);
    plot.addEventListener("pointerleave", hide);
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") { hide(); }
      if (!step || tips.length === 0) { return; }
      event.preventDefault();
      const at = tips.indexOf(current);
      const next = at < 0 ? (step > 0 ? 0 : tips.length - 1) : (at + step + tips.length) % tips.length;
      const place = tips[next].getBoundingClientRect();
      tell(tips[next], place.left + place.width / 2, place.top + Math.min(24, place.height / 2));
    });
  }
})();
