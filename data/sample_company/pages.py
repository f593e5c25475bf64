"""The shop's web addresses: what the tracker writes down, query strings, ids and all."""

import numpy as np

from data.sample_company.products import CATEGORIES, COUNT

EVENTS = ("page_view", "product_view", "add_to_cart", "checkout", "purchase")
PAGE_VIEW, PRODUCT_VIEW, ADD_TO_CART, CHECKOUT, PURCHASE = range(5)

_PAGES = (
    "/",
    "/?utm=home",
    *(f"/category/{name}" for name in CATEGORIES),
    *(f"/category/{name}?page=2" for name in CATEGORIES),
    "/search?q=lamp",
    "/search?q=jacket&sort=price",
    "/blog/12-ideas-for-small-homes",
    "/help/shipping",
    "/help/returns?ref=footer",
    "/account/orders/O000012345",
)
_TAGS = ("", "?utm=newsletter", "?utm=campaign&ref=7")
_CHECKOUT, _THANKS = "/checkout/step/1", "/checkout/thanks?ref=shop"


def url_list() -> list[str]:
    """Every address there is; ``url_codes`` points into it."""
    products = [f"/product/P{n:05d}{tag}" for tag in _TAGS for n in range(COUNT)]
    carts = [f"/cart?add=P{n:05d}" for n in range(COUNT)]
    return [*_PAGES, *products, *carts, _CHECKOUT, _THANKS]


def url_codes(
    rng: np.random.Generator, kind: np.ndarray, place: np.ndarray, product: np.ndarray, source: np.ndarray
) -> np.ndarray:
    """The address of each event; first pages are the home page more often, tagged links come from campaigns."""
    drawn = rng.random(len(kind))
    page = np.where((place == 0) & (drawn < 0.4), 0, (drawn * len(_PAGES)).astype(np.int64))
    tag = np.where(source == 2, 1, np.where((source >= 5) & (source <= 8) & (place < 2), 2, 0))
    products = len(_PAGES)
    carts = products + len(_TAGS) * COUNT
    choices = [page, products + tag * COUNT + product, carts + product, carts + COUNT, carts + COUNT + 1]
    return np.select([kind == k for k in range(5)], [np.broadcast_to(c, kind.shape) for c in choices])
