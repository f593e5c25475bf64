// Where the keyboard is among all that can be used: count() of it all, here() as [place, whether it is seen, its HTML].
const usable = () =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(
    (element) => !element.disabled && element.checkVisibility({ visibilityProperty: true }),
  );
const count = () => usable().length;
const here = () => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { width, height, right, bottom } = element.getBoundingClientRect();
  const isSeen = outlineStyle !== "none" && parseFloat(outlineWidth) > 0 && width > 0 && height > 0 && right > 0 && bottom > 0;
  return [usable().indexOf(element), isSeen, element.outerHTML.slice(0, 120)];
};
