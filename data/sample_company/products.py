"""The product range: prices, costs, suppliers and how popular each product is."""

import numpy as np
import pyarrow as pa

from data.sample_company.columns import decimals, ids, joined, labels
from data.sample_company.faults import SUPPLIER
from data.sample_company.plan import Plan
from data.sample_company.streams import pick

COUNT = 400
CATEGORIES = ("home", "kitchen", "garden", "electronics", "office", "toys", "sports", "fashion")
SUPPLIERS = (
    "Norte Hogar",
    SUPPLIER,
    "Levante Muebles",
    "Iberia Office",
    "Atlas Import",
    "Brisa Garden",
    "Delta Electro",
    "Faro Toys",
    "Mistral Sport",
    "Olmo Ceramica",
    "Poniente Trade",
    "Sierra Outdoor",
)
_SUPPLIER_WEIGHTS = (9, 14, 8, 12, 11, 7, 12, 6, 8, 5, 6, 5)
_RETURN_SHARES = (0.058, 0.046, 0.046, 0.088, 0.04, 0.052, 0.07, 0.135)
_NOUNS = ("Lamp", "Pan", "Planter", "Speaker", "Desk", "Puzzle", "Mat", "Jacket")
_STYLES = ("Basic", "Classic", "Nova", "Eco", "Pro", "Mini", "Urban", "Costa", "Lux", "Travel")


class Products:
    """The range as arrays, one entry a product; money in euro cents."""

    def __init__(self, plan: Plan):
        rng = plan.rng("products")
        self.category = rng.permutation(np.arange(COUNT) % len(CATEGORIES))
        self.supplier = pick(rng.random(COUNT), _SUPPLIER_WEIGHTS)
        self.price = np.round(np.exp(rng.normal(np.log(19.0), 0.65, COUNT)) * 20).astype(np.int64) * 5 + 195
        self.cost = np.round(self.price * rng.uniform(0.47, 0.64, COUNT)).astype(np.int64)
        self.return_share = np.asarray(_RETURN_SHARES)[self.category]
        self._style = rng.integers(0, len(_STYLES), COUNT)
        popularity = (rng.permutation(COUNT) + 6.0) ** -0.9
        cheap = np.where(self.price < np.quantile(self.price, 0.45), popularity, 0.0)
        self._popularity = [popularity, cheap]

    def choose(self, uniform: np.ndarray, is_thrifty: np.ndarray | bool = False) -> np.ndarray:
        """A product for each uniform number, popular ones often; thrifty buyers take cheap ones."""
        usual, cheap = (pick(uniform, weights) for weights in self._popularity)
        return np.where(is_thrifty, cheap, usual)

    def table(self) -> pa.Table:
        """``products.csv``."""
        numbers = np.arange(COUNT)
        name = joined(labels(_STYLES, self._style), " ", labels(_NOUNS, self.category), " ", ids("", numbers, 3))
        return pa.table(
            {
                "product_id": ids("P", numbers, 5),
                "name": name,
                "category": labels(CATEGORIES, self.category),
                "supplier": labels(SUPPLIERS, self.supplier),
                "unit_cost": decimals(self.cost),
            }
        )
