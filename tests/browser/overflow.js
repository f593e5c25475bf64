// What is wider than the window, and is in no box of its own that scrolls.
() => {
  const scrolls = (element) => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX);
  const boxed = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) if (scrolls(box)) return true;
    return false;
  };
  const named = (element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} «${element.textContent.trim().slice(0, 40)}»`;
  const beyond = [...document.body.querySelectorAll("*")].filter((element) => {
    const { right, width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && right > innerWidth + 1 && !boxed(element);
  });
  const found = beyond.map(named);
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  return found;
}
