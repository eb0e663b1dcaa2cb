// The bar at a phone's foot steps aside while the decision itself is on the screen.
export function decisionBar() {
  const bar = document.querySelector("[data-bilah]");
  const decision = document.getElementById("keputusan");
  if (!bar || !decision || !("IntersectionObserver" in window)) return;
  new IntersectionObserver(([seen]) => {
    bar.hidden = seen.isIntersecting;
  }, { threshold: 0.15 }).observe(decision);
}
